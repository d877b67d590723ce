using System.Diagnostics;
using IpsecDp.Engines.Sleep;

namespace Offload.Tests.Engines.Sleep;

public class AdaptiveSpinTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(1);
    private static readonly long LongestTicks = Stopwatch.Frequency / 1000;

    [Fact]
    public void Span_Fresh_IsHopeful() => Assert.InRange(new AdaptiveSpin(Longest, 2).Span, 1, LongestTicks);

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(2, 0)]
    public void Span_OneProcessorOrNoTime_IsNone(int processors, int microseconds) =>
        Assert.Equal(0, new AdaptiveSpin(TimeSpan.FromMicroseconds(microseconds), processors).Span);

    [Fact]
    public void Learn_LongPausesThenShort_GivesUpAndHopesAgain()
    {
        var spin = new AdaptiveSpin(Longest, 2);
        Teach(spin, Stopwatch.Frequency, times: 1);
        var afterOne = spin.Span;
        Teach(spin, Stopwatch.Frequency, times: 10);
        var afterMany = spin.Span;
        Teach(spin, LongestTicks / 100, times: 10);

        Assert.True(afterOne > 0);
        Assert.Equal(0, afterMany);
        Assert.InRange(spin.Span, 1, LongestTicks);
    }

    [Fact]
    public void Learn_Pause_SpinsLongerThanItAndNeverLongerThanAllowed()
    {
        for (var pause = 1L; pause <= LongestTicks; pause *= 3)
        {
            var spin = new AdaptiveSpin(Longest, 2);
            Teach(spin, pause, times: 50);

            Assert.InRange(spin.Span, Math.Min(pause, LongestTicks), LongestTicks);
        }
    }

    [Fact]
    public void Learn_NegativePause_CountsAsNone()
    {
        var spin = new AdaptiveSpin(Longest, 2);
        Teach(spin, -Stopwatch.Frequency, times: 20);

        Assert.Equal(0, spin.Expected);
    }

    [Fact]
    public void IsFulfilled_WorkOrNone_SaysSo()
    {
        var spin = new AdaptiveSpin(Longest, 2);
        var (some, none) = (1, 0);

        Assert.True(spin.IsFulfilled(ref some));
        Assert.False(spin.IsFulfilled(ref none));
    }

    [Fact]
    public void LearnWakeUp_CheapOnes_SpinsNoLongerThanTwoOfThem()
    {
        var spin = new AdaptiveSpin(Longest, 2);
        TeachWakeUps(spin, LongestTicks / 500, times: 50);

        Assert.InRange(spin.Span, 1, LongestTicks / 200);
    }

    [Fact]
    public void LearnWakeUp_FreeThenDear_HopesAgain()
    {
        var spin = new AdaptiveSpin(Longest, 2);
        TeachWakeUps(spin, 0, times: 100);
        var afterFree = spin.Span;
        TeachWakeUps(spin, LongestTicks, times: 100);

        Assert.InRange(afterFree, 0, LongestTicks / 1000);
        Assert.InRange(spin.Span, LongestTicks / 4, LongestTicks);
    }

    [Fact]
    public void LearnWakeUp_OneLongAmongCheap_ChangesLittle()
    {
        var spin = new AdaptiveSpin(Longest, 2);
        TeachWakeUps(spin, LongestTicks / 500, times: 50);
        var before = spin.Span;
        TeachWakeUps(spin, 100 * LongestTicks, times: 1);

        Assert.InRange(spin.Span, before, 2 * before);
    }

    private static void TeachWakeUps(AdaptiveSpin spin, long cost, int times)
    {
        for (var time = 0; time < times; time++)
        {
            spin.LearnWakeUp(cost);
        }
    }

    private static void Teach(AdaptiveSpin spin, long pause, int times)
    {
        for (var time = 0; time < times; time++)
        {
            spin.Learn(pause);
        }
    }
}
