using System.Diagnostics;
using IpsecDp.Adapters.Sockets;

namespace Dataplane.Tests.Adapters.Sockets;

/// <summary>When a receive is held back, by a clock the test moves.</summary>
public sealed class ArrivalPaceTests
{
    // Some time after the machine's start, and not a multiple of the interval.
    private const long Begin = 987_654_321;

    private static readonly long Interval = Stopwatch.Frequency / 1000;

    private long _now = Begin;

    [Theory]
    [InlineData(1_500, 10, true)]
    [InlineData(1_500, 2, false)]
    [InlineData(100, 10, false)]
    [InlineData(250, 100, true)]
    public void Hold_PacketsOneByOne_IsTheRestOfTheIntervalForBulkAlone(int octets, int packetsAnInterval, bool isBulk)
    {
        var pace = New();
        for (var i = 0; i < packetsAnInterval; i++)
        {
            Assert.Equal(0, Receive(ref pace, octets));
            _now += Interval / packetsAnInterval;
        }

        // The next of them comes before an interval is over since the one before.
        Assert.Equal(isBulk ? Interval - (Interval / packetsAnInterval) : 0, Receive(ref pace, octets));
    }

    [Fact]
    public void Hold_WhileBulkGoesOn_MakesAReceiveAnInterval()
    {
        var pace = Bulk();
        for (var i = 0; i < 50; i++)
        {
            _now += Interval / 10;
            Assert.Equal(Interval - (Interval / 10), Receive(ref pace, 40_000));
        }

        // What takes an interval by itself is not held besides.
        _now += Interval;
        Assert.Equal(0, Receive(ref pace, 40_000));
    }

    [Fact]
    public void Hold_AfterAReceiveThatLeftSome_IsNothing()
    {
        var pace = Bulk();
        _now += Interval / 10;
        Assert.True(Receive(ref pace, 90_000, isLeftSome: true) > 0);
        _now += Interval / 10;
        Assert.Equal(0, Receive(ref pace, 90_000));
        _now += Interval / 10;
        Assert.True(Receive(ref pace, 90_000) > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000_000_000)]
    public void Hold_AfterAPause_IsNothingAndOnePacketBringsNone(long intervals)
    {
        var pace = Bulk();
        _now += intervals * Interval;
        Assert.Equal(0, Receive(ref pace, 1_500));
        _now += 2 * Interval;
        Assert.Equal(0, Receive(ref pace, 1_500));
        _now += Interval / 10;
        Assert.Equal(0, Receive(ref pace, 1_500));
    }

    [Fact]
    public void Hold_BulkThatStops_HoldsNoMoreThanTwo()
    {
        var pace = Bulk();
        var held = new List<long>();
        for (var i = 0; i < 50; i++)
        {
            _now += Interval / 10;
            held.Add(Receive(ref pace, 200));
        }

        Assert.InRange(held.Count(time => time > 0), 1, 2);
        Assert.All(held.Skip(2), time => Assert.Equal(0, time));
    }

    [Fact]
    public void Hold_IntervalOfZero_IsNothing()
    {
        var pace = new ArrivalPace(TimeSpan.Zero);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(0, Receive(ref pace, 60_000));
            _now += i % 2;
        }
    }

    private static ArrivalPace New() => new(TimeSpan.FromMilliseconds(1));

    private ArrivalPace Bulk()
    {
        var pace = New();
        Receive(ref pace, 60_000);
        _now += Interval;
        Assert.Equal(0, Receive(ref pace, 60_000));
        return pace;
    }

    private long Receive(ref ArrivalPace pace, long octets, bool isLeftSome = false)
    {
        var held = pace.Hold(_now);
        _now += held;
        pace.Count(octets, isLeftSome);
        return held;
    }
}
