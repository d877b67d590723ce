using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Memory;

/// <summary>What waits in one direction, oldest first: in one queue, or in one with room of its own for each IP precedence, so that a flood of one neither fills nor delays the queue of a higher one. Its owner locks.</summary>
internal sealed class PrecedenceQueues
{
    /// <summary>How many precedences there are (RFC 791 §3.1; as class selectors RFC 2474 §4.2.2).</summary>
    public const int Precedences = 8;

    private readonly PacketRing[] _rings;
    private int _occupied;
    private int _count;

    /// <summary>Queues of so many places each, or one of them.</summary>
    public PrecedenceQueues(int length, bool isDivided)
    {
        Length = length;
        _rings = [.. Enumerable.Range(0, isDivided ? Precedences : 1).Select(_ => new PacketRing(length))];
    }

    /// <summary>Places of each queue.</summary>
    public int Length { get; }

    /// <summary>What waits altogether.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The highest precedence of what waits, -1 when nothing does; without a lock too, as of a moment.</summary>
    public int Highest => Volatile.Read(ref _occupied) is > 0 and var occupied ? BitOperations.Log2((uint)occupied) : -1;

    /// <summary>Free places of a precedence.</summary>
    public int RoomOf(int precedence) => _rings[PlaceOf(precedence)].Room;

    /// <summary>Moves neighbouring slots of a batch to the end of their precedence's queue, which has room for them.</summary>
    public void Put(int precedence, PacketBatch batch, int index, int run)
    {
        var place = PlaceOf(precedence);
        _rings[place].Put(batch, index, run);
        Volatile.Write(ref _occupied, _occupied | (1 << place));
        Volatile.Write(ref _count, _count + run);
    }

    /// <summary>Moves at most so many into a batch that has room for them, of the highest precedence first; only marked ones, or only such as are not.</summary>
    public void Take(PacketBatch batch, int most, bool isMarked)
    {
        var end = batch.Count + most;
        for (var highest = Highest; batch.Count < end && highest >= (isMarked ? 1 : 0); highest = Highest)
        {
            var before = batch.Count;
            _rings[highest].Take(batch, end - before);
            Took(highest, batch.Count - before);
        }
    }

    /// <summary>Takes the oldest of the highest precedence; false when nothing waits.</summary>
    public bool TryTake([NotNullWhen(true)] out PacketBuffer? packet)
    {
        packet = null;
        var highest = Highest;
        if (highest < 0 || !_rings[highest].TryTake(out packet))
        {
            return false;
        }

        Took(highest, 1);
        return true;
    }

    private void Took(int place, int run)
    {
        Volatile.Write(ref _occupied, _rings[place].Count == 0 ? _occupied & ~(1 << place) : _occupied);
        Volatile.Write(ref _count, _count - run);
    }

    private int PlaceOf(int precedence) => _rings.Length > 1 ? precedence : 0;
}
