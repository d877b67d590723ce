using IpsecDp.Engines.Pinning;

namespace Offload.Tests.Engines.Pinning;

/// <summary>Where general threads sit, by a clock the test moves.</summary>
public class GatheringTests
{
    // More arrivals than any gathering waits for, and fewer than are on their way at once.
    private const int Enough = 12;
    private const int Octets = 100;

    // Milliseconds: a conversation's next packet, and longer than the patience of a gathering.
    private const int Turn = 10;
    private const int LongPause = 400;

    private static readonly TimeSpan Prompt = TimeSpan.FromMicroseconds(50);

    private long _now = 5_000;

    [Fact]
    public void Take_LittleArrivesElsewhere_BothThreadsGoThere()
    {
        var host = new Host(outbound: 2, inbound: 7, [2, 7]);
        Converse(host, arrivesOn: 2, Enough);
        Assert.Equal((2, 2), host.At);
        Assert.Equal([7, 2], host.Inbound.Taken);
        Assert.Equal([2], host.Outbound.Taken);
    }

    [Fact]
    public void Take_SomePacketsAstray_MoveNobody()
    {
        var host = new Host(outbound: 2, inbound: 7, [2, 7]);
        for (var round = 0; round < 20; round++)
        {
            Converse(host, arrivesOn: 7, 3);
            Converse(host, arrivesOn: 2, 3);
        }

        Assert.Equal((2, 7), host.At);
    }

    [Fact]
    public void Take_WhereThreadsMayNotSit_EachStaysWithItsOwn()
    {
        var host = new Host(outbound: 2, inbound: 7, [2, 7]);
        Converse(host, arrivesOn: 5, 3 * Enough);
        Assert.Equal((2, 7), host.At);
        _now += LongPause;
        Converse(host, arrivesOn: 7, Enough);
        Assert.Equal((7, 7), host.At);
        _now += LongPause;
        Converse(host, arrivesOn: 5, Enough);
        Assert.Equal((2, 7), host.At);
    }

    [Fact]
    public void Take_PortThatCannotTell_MovesNobody()
    {
        var host = new Host(outbound: 2, inbound: 7, [2, 7]);
        Converse(host, arrivesOn: null, 3 * Enough);
        Assert.Equal((2, 7), host.At);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Take_MuchComesByEitherSide_EachGoesToItsOwnUntilAPause(bool isOutbound)
    {
        var host = new Host(outbound: 2, inbound: 7, [2, 7]);
        Converse(host, arrivesOn: 2, Enough);

        // A superframe each millisecond is half a gigabit a second.
        for (var batch = 0; batch < 40; batch++, _now++)
        {
            (isOutbound ? host.OutboundSeat : host.InboundSeat).Take(65_000, _now);
        }

        Converse(host, arrivesOn: 2, 1);
        Assert.Equal((2, 7), host.At);
        Converse(host, arrivesOn: 2, 10);
        Assert.Equal((2, 7), host.At);
        _now += LongPause;
        Converse(host, arrivesOn: 2, Enough);
        Assert.Equal((2, 2), host.At);
    }

    [Fact]
    public void Take_ManySmallBatches_AreMuchToo()
    {
        var host = new Host(outbound: 2, inbound: 7, [2, 7]);
        Converse(host, arrivesOn: 2, Enough);
        for (var packet = 0; packet < 40; packet++)
        {
            host.InboundSeat.Take(Octets, 2, Prompt, _now);
        }

        Assert.Equal(7, host.At.Inbound);
    }

    [Fact]
    public void Take_ThreadsOfTheScheduler_AreBoundWhileLittleComesAndLetGoUnderLoad()
    {
        var host = new Host(outbound: null, inbound: null, [0, 1]);
        Converse(host, arrivesOn: 1, Enough);
        Assert.Equal((1, 1), host.At);
        for (var packet = 0; packet < 40; packet++)
        {
            host.InboundSeat.Take(Octets, 1, Prompt, _now);
        }

        Converse(host, arrivesOn: 1, 1);
        Assert.Equal((ThreadBinding.None, ThreadBinding.None), host.At);
    }

    [Fact]
    public void Take_TogetherAndPrompt_LetsOthersFinishUntilMuchComes()
    {
        var host = new Host(outbound: 2, inbound: 7, [2, 7]);
        Converse(host, arrivesOn: 2, 2);
        Assert.False(host.Outbound.Defers || host.Inbound.Defers);
        Converse(host, arrivesOn: 2, Enough);
        Assert.True(host.Outbound.Defers && host.Inbound.Defers);
        for (var packet = 0; packet < 40; packet++)
        {
            host.InboundSeat.Take(Octets, 2, Prompt, _now);
        }

        Converse(host, arrivesOn: 2, 1);
        Assert.False(host.Outbound.Defers || host.Inbound.Defers);
    }

    /// <summary>Also one that deferred before we came: it is not made one that does not.</summary>
    [Fact]
    public void Take_ThreadOfAnotherKind_IsLeftAsItIs()
    {
        var pinning = new RecordingPinning { RefusesToDefer = true };
        var gathering = new Gathering([2], new Random(1));
        var seat = new GeneralSeat(gathering, pinning, own: 7);
        for (var packet = 0; packet < Enough; packet++, _now += Turn)
        {
            seat.Take(Octets, 2, Prompt, _now);
        }

        Assert.Equal(1, pinning.AskedToDefer);
        seat.Take(10_000_000, 2, Prompt, _now);
        Assert.Equal([7, 2, 7], pinning.Taken);
        Assert.Equal(1, pinning.AskedToDefer);
    }

    /// <summary>Whatever the system has to be asked for later was asked for once, and the thread sits as before.</summary>
    [Theory]
    [InlineData(7, new[] { 7, 2, 7 })]
    [InlineData(2, new[] { 2 })]
    [InlineData(null, new[] { 2, ThreadBinding.None })]
    public void Rehearse_BeforeThePackets_LeavesTheThreadWhereItWas(int? own, int[] places)
    {
        var pinning = new RecordingPinning();
        var seat = new GeneralSeat(new Gathering([2, 5], new Random(1)), pinning, own);
        seat.Rehearse();
        Assert.Equal(places, pinning.Taken);
        Assert.Equal((2, false, false), (pinning.AskedToDefer, pinning.Defers, seat.IsGathered));
    }

    [Fact]
    public void Take_RunsOfManyPeers_MoveAThreadAFewTimesASecond()
    {
        var pinning = new RecordingPinning();
        var seat = new GeneralSeat(new Gathering([0, 1], new Random(1)), pinning, own: 0);
        const int Seconds = 10;
        for (var packet = 0; packet < Seconds * 1000; packet++, _now++)
        {
            seat.Take(Octets, packet / 20 % 2, Prompt, _now);
        }

        Assert.InRange(pinning.Taken.Count, Seconds, Seconds * 11);
    }

    /// <summary>Somebody keeps the processor: to let him finish is to wait for the scheduler's next tick.</summary>
    [Fact]
    public void Take_TogetherAndLate_StaysTogetherAndInterrupts()
    {
        var host = new Host(outbound: 2, inbound: 7, [2, 7]);
        Converse(host, arrivesOn: 2, 3 * Enough, TimeSpan.FromMilliseconds(3));
        Assert.Equal((2, 2), host.At);
        Assert.False(host.Outbound.Defers || host.Inbound.Defers);
    }

    /// <summary>Each end's packets arrive where the other's thread was that sent them, as on one machine; from wherever the four begin.</summary>
    [Theory]
    [InlineData(0, 1, 1, 0)]
    [InlineData(0, 1, 0, 1)]
    [InlineData(1, 1, 0, 0)]
    [InlineData(null, null, null, null)]
    public void Take_TwoHostsOfOneMachine_MeetOnOneProcessor(int? outboundOfA, int? inboundOfA, int? outboundOfB, int? inboundOfB)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var a = new Host(outboundOfA, inboundOfA, [0, 1], seed);
            var b = new Host(outboundOfB, inboundOfB, [0, 1], seed + 1000);
            for (var exchange = 0; exchange < 200; exchange++, _now += Turn)
            {
                a.OutboundSeat.Take(Octets, _now);
                b.InboundSeat.Take(Octets, Placed(a.At.Outbound, seed & 1), Prompt, _now);
                b.OutboundSeat.Take(Octets, _now);
                a.InboundSeat.Take(Octets, Placed(b.At.Outbound, seed >> 1 & 1), Prompt, _now);
            }

            Assert.Single(new HashSet<int>([a.At.Outbound, a.At.Inbound, b.At.Outbound, b.At.Inbound]));
            Assert.NotEqual(ThreadBinding.None, a.At.Outbound);

            // The scheduler leaves a thread where it was.
            static int Placed(int bound, int free) => bound == ThreadBinding.None ? free : bound;
        }
    }

    private void Converse(Host host, int? arrivesOn, int packets, TimeSpan? lateness = null)
    {
        for (var packet = 0; packet < packets; packet++, _now += Turn)
        {
            host.OutboundSeat.Take(Octets, _now);
            if (arrivesOn is { } processor)
            {
                host.InboundSeat.Take(Octets, processor, lateness ?? Prompt, _now);
            }
            else
            {
                host.InboundSeat.Take(Octets, _now);
            }
        }

        // Who was on its way when the last one arrived.
        host.OutboundSeat.Take(Octets, _now);
    }

    private sealed class Host
    {
        public Host(int? outbound, int? inbound, int[] gathers, int seed = 1)
        {
            var gathering = new Gathering(gathers, new Random(seed));
            OutboundSeat = new GeneralSeat(gathering, Outbound, outbound);
            InboundSeat = new GeneralSeat(gathering, Inbound, inbound);
        }

        public RecordingPinning Outbound { get; } = new();

        public RecordingPinning Inbound { get; } = new();

        public GeneralSeat OutboundSeat { get; }

        public GeneralSeat InboundSeat { get; }

        public (int Outbound, int Inbound) At => (Outbound.Taken.LastOrDefault(ThreadBinding.None), Inbound.Taken.LastOrDefault(ThreadBinding.None));
    }
}
