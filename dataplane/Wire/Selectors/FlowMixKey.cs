using System.Buffers.Binary;

namespace IpsecDp.Wire.Selectors;

/// <summary>What <see cref="FlowKey.Mix"/> mixes a flow with: a secret of the process, so that nobody outside can choose flows that meet in one place of a table.</summary>
public readonly record struct FlowMixKey(ulong SourceLow, ulong SourceHigh, ulong DestinationLow, ulong DestinationHigh, ulong Rest, ulong Last)
{
    /// <summary>Octets a key is made of.</summary>
    public const int Length = 6 * sizeof(ulong);

    /// <summary>The key of the first <see cref="Length"/> octets.</summary>
    public static FlowMixKey Read(ReadOnlySpan<byte> octets) => new(Word(octets, 0), Word(octets, 1), Word(octets, 2), Word(octets, 3), Word(octets, 4), Word(octets, 5));

    private static ulong Word(ReadOnlySpan<byte> octets, int index) => BinaryPrimitives.ReadUInt64LittleEndian(octets[(index * sizeof(ulong))..]);
}
