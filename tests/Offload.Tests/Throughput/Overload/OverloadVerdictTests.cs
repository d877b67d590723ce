using IpsecDp.Engines;
using IpsecDp.Throughput.Overload;
using Offload.Tests.Engines;

namespace Offload.Tests.Throughput.Overload;

public class OverloadVerdictTests
{
    [Theory]
    [InlineData(1.0, 1.0, true)]
    [InlineData(1.4, 1.2, true)]
    [InlineData(1.4, 0.99, false)]
    [InlineData(0.5, 1.2, false)]
    public void Of_RatiosUnderOverload_TheWorstDecides(double atTwo, double atThree, bool holds)
    {
        // What happens at or below the capacity decides nothing.
        var verdict = OverloadVerdict.Of([Row(0.5, 0.1), Row(1, 0.1), Row(2, atTwo), Row(3, atThree)]);

        Assert.Equal(holds, verdict.Holds);
        Assert.StartsWith(holds ? "holds" : "falls short", verdict.Sentence, StringComparison.Ordinal);
        Assert.Contains(atTwo <= atThree ? "at 2 times" : "at 3 times", verdict.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NoOverload_IsNoVerdict() => Assert.False(OverloadVerdict.Of([Row(0.5, 1), Row(1, 1)]).Holds);

    [Fact]
    public void Ratio_OfSeveralRounds_IsOfTheMedians()
    {
        var row = new OverloadRow(2, 2, [Round(10), Round(1), Round(20)], [Round(100), Round(5), Round(4)]);

        Assert.Equal(0.5, row.Ratio, 9);
    }

    [Fact]
    public void Offer_FarMoreThanTheLineTakes_LosesAtThePortAndCarriesTheRest()
    {
        using var line = new OverloadLine(engines: 1, new NeedHelpRule());
        OverloadRound? round = null;

        // A machine that lets the line's thread rest for a whole round is asked again.
        Condition.Await(() => (round = line.Offer(1e9, TimeSpan.FromMilliseconds(20))).LostShare > 0.5);

        Assert.InRange(round!.LostShare, 0.5, 1);
        Assert.True(round.SentPerSecond > 0);
        Assert.True(round.OnEngines + round.Spills.Sum() > 0);
    }

    [Fact]
    public void Offer_FarLessThanTheLineTakes_LosesNothing()
    {
        using var line = new OverloadLine(engines: 0, new NeedHelpRule());

        var round = line.Offer(1000, TimeSpan.FromMilliseconds(20));

        Assert.Equal(0, round.LostShare);
        Assert.Equal(0, round.OnEngines + round.Spills.Sum());
    }

    private static OverloadRow Row(double factor, double ratio) => new(factor, factor, [Round(1)], [Round(ratio)]);

    private static OverloadRound Round(double sent) => new(sent, 0, [0, 0, 0, 0], 0, 1);
}
