using IpsecDp.Adapters;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters;

/// <summary>The order in which a port takes marked packets and bulk, by a clock the test moves.</summary>
public sealed class MarkedFirstTests : IDisposable
{
    private const byte Marked = 1;
    private const byte Routine = 2;
    private const int Limit = 4;

    // Some time after the machine's start.
    private const long Begin = 987_654_321;

    private readonly RigBuffers _buffers = new();
    private readonly PacketBatch _batch = new();
    private readonly ListedQueue _marked;
    private readonly ListedQueue _routine;
    private readonly MarkedFirst _order;
    private long _now = Begin;

    public MarkedFirstTests()
    {
        (_marked, _routine) = (new ListedQueue(_buffers, Marked), new ListedQueue(_buffers, Routine));
        _order = new MarkedFirst(_routine, _marked);
    }

    public void Dispose()
    {
        _batch.Dispose();
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void Drain_BothWait_GivesMarkedPacketsAloneAndThenOthersAlone()
    {
        (_marked.Waiting, _routine.Waiting) = (6, 2);
        Assert.True(_order.KeepsMarkedApart && _order.HasMarked);
        Assert.Equal([Marked, Marked, Marked, Marked], Drain());
        Assert.Equal([Marked, Marked], Drain());
        Assert.False(_order.HasMarked);
        Assert.Equal([Routine, Routine], Drain());
    }

    [Fact]
    public void Drain_MarkedThatCameSinceAVainLook_IsFoundAfterFiftyMicrosecondsAndNotBefore()
    {
        _routine.Waiting = 100;
        Assert.Equal(Routine, Drain()[0]);
        _marked.Waiting = 1;
        _now += MarkedFirst.LookAgain - 1;
        Assert.Equal(Routine, Drain()[0]);
        _now++;
        Assert.Equal([Marked], Drain());
        Assert.Equal(System.Diagnostics.Stopwatch.Frequency, MarkedFirst.LookAgain * 20_000);
    }

    [Fact]
    public void Drain_BulkWithoutEnd_LooksOnceInFiftyMicroseconds()
    {
        _routine.Waiting = int.MaxValue;
        for (var batch = 0; batch < 100; batch++)
        {
            _ = Drain();
            _now += MarkedFirst.LookAgain / 10;
        }

        Assert.Equal(10, _marked.Asked);
        Assert.Equal(100, _routine.Asked);
    }

    [Fact]
    public void Drain_NothingWasThere_LooksAtOnceAfterTheWait()
    {
        _routine.Waiting = 1;
        Assert.Equal([Routine], Drain());
        // The port waits after this one, and a marked packet ends that.
        Assert.Empty(Drain());
        (_marked.Waiting, _routine.Waiting) = (1, 1);
        Assert.Equal([Marked], Drain());
    }

    [Fact]
    public void Drain_MarkedPacketsAreLeftByALookOfTheirOwn_AreTakenBeforeTheWait()
    {
        _routine.Waiting = 1;
        Assert.Equal([Routine], Drain());
        _marked.Waiting = 2;
        Assert.Equal(DrainResult.Full, _order.DrainMarked(_batch, 1));
        Assert.Equal([Marked], Taken());
        Assert.Equal([Marked], Drain());
    }

    [Fact]
    public void Drain_TheWaitToldThatNoneWaits_SparesOneLook()
    {
        Assert.Empty(Drain());
        _order.FoundNoMarked();
        (_marked.Waiting, _routine.Waiting) = (1, 1);
        Assert.Equal([Routine], Drain());
        Assert.Equal(1, _marked.Asked);
        _now += MarkedFirst.LookAgain;
        Assert.Equal([Marked], Drain());
    }

    [Theory]
    [InlineData(DrainResult.Starved)]
    [InlineData(DrainResult.Gone)]
    public void Drain_MarkedCannotBeTaken_TakesNothingElseAndLooksAgainAtOnce(object result)
    {
        (_marked.Hindrance, _routine.Waiting) = ((DrainResult)result, 1);
        Assert.Equal((DrainResult)result, _order.Drain(_batch, Limit, _now));
        Assert.Equal((DrainResult)result, _order.Drain(_batch, Limit, _now));
        Assert.Equal((0, 2, 0), (_batch.Count, _marked.Asked, _routine.Asked));
    }

    [Fact]
    public void Drain_QueueOfTheirOwnOrNot_BoundsOctetsOfOthersOnlyWhereMarkedOnesWouldWait()
    {
        _routine.Waiting = 2;
        _ = Drain();
        Assert.Equal(PacketBatch.MostRoutineOctets, _routine.Octets);
        _routine.Waiting = 2;
        var one = new MarkedFirst(_routine, null);
        Assert.Equal(DrainResult.Empty, one.Drain(_batch, Limit));
        Assert.Equal(int.MaxValue, _routine.Octets);
        Assert.Equal([Routine, Routine], Taken());
    }

    [Fact]
    public void DrainMarked_NoQueueOfTheirOwn_TakesNothing()
    {
        _routine.Waiting = 2;
        var one = new MarkedFirst(_routine, null);
        Assert.Equal(DrainResult.Empty, one.DrainMarked(_batch, Limit));
        Assert.False(one.KeepsMarkedApart || one.HasMarked);
        Assert.Equal((0, 0), (_batch.Count, _routine.Asked));
    }

    private byte[] Drain()
    {
        _ = _order.Drain(_batch, Limit, _now);
        return Taken();
    }

    private byte[] Taken()
    {
        byte[] kinds = [.. _batch.Slots.ToArray().Select(static packet => packet!.Packet[0])];
        _batch.Clear();
        return kinds;
    }

    /// <summary>A queue of so many packets of one octet, which says what they are.</summary>
    private sealed class ListedQueue(RigBuffers buffers, byte kind) : IPacketQueue
    {
        public int Waiting { get; set; }

        public DrainResult Hindrance { get; set; } = DrainResult.Empty;

        public int Asked { get; private set; }

        public int Octets { get; private set; }

        public bool HasWaiting => Waiting > 0;

        public DrainResult Drain(PacketBatch batch, int limit, int octets = int.MaxValue)
        {
            Asked++;
            Octets = octets;
            for (; batch.Count < limit; Waiting--)
            {
                if (Waiting == 0)
                {
                    return Hindrance;
                }

                batch.Add(buffers.Fill([kind]));
            }

            return DrainResult.Full;
        }
    }
}
