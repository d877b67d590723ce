using System.Numerics;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Which of a turn's places hold a job that is being filled: as many as a batch has packets, so that the packets of each SA of a batch leave in one job, found by SPI so that more SAs cost no search.</summary>
internal struct OpenJobs
{
    /// <summary>Places of a turn.</summary>
    public const int Places = 64;

    /// <summary>Neighbouring places an SA's job may lie in.</summary>
    public const int Reach = 4;

    private const int Bits = 6;

    private ulong _used;

    /// <summary>The first place an SA's job may lie in.</summary>
    public static int HomeOf(uint spi) => (int)((spi * 0x9E3779B1u) >> (32 - Bits));

    /// <summary>The place some steps behind another.</summary>
    public static int After(int place, int steps) => (place + steps) % Places;

    /// <summary>Marks a place.</summary>
    public void Add(int place) => _used |= 1UL << place;

    /// <summary>Takes the mark away.</summary>
    public void Remove(int place) => _used &= ~(1UL << place);

    /// <summary>The first marked place; false when there is none.</summary>
    public readonly bool TryFirst(out int place)
    {
        place = BitOperations.TrailingZeroCount(_used);
        return _used != 0;
    }
}
