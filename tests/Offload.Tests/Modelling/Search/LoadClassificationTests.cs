using IpsecDp.Modelling.Search;

namespace Offload.Tests.Modelling.Search;

/// <summary>RFC 9971, appendix "Example Search": six moments of one load, judged by four goals. At the last two the example calls the load a lower bound of the fourth goal, although the ratios it gives, 42.9 % and 27.3 %, exceed that goal's 20 %: there the code of "Load Classification Code" decides, which makes it an upper bound.</summary>
public sealed class LoadClassificationTests
{
    private const double Million = 1e6;

    private static readonly SearchGoal Rfc2544 = new(0, 60, 60, 0, 0.01);
    private static readonly SearchGoal Tst009 = new(0, 60, 120, 0.5, 0.01);
    private static readonly SearchGoal OneSecond = new(0.005, 1, 120, 0.5, 0.01);
    private static readonly SearchGoal TwentyPercent = new(0.005, 60, 60, 0.2, 0.01);

    [Theory]
    [InlineData(1, LoadClass.Undecided, LoadClass.Undecided, LoadClass.Undecided, LoadClass.Undecided)]
    [InlineData(2, LoadClass.UpperBound, LoadClass.Undecided, LoadClass.Undecided, LoadClass.Undecided)]
    [InlineData(3, LoadClass.UpperBound, LoadClass.Undecided, LoadClass.Undecided, LoadClass.UpperBound)]
    [InlineData(4, LoadClass.UpperBound, LoadClass.Undecided, LoadClass.LowerBound, LoadClass.UpperBound)]
    [InlineData(5, LoadClass.UpperBound, LoadClass.Undecided, LoadClass.LowerBound, LoadClass.UpperBound)]
    [InlineData(6, LoadClass.UpperBound, LoadClass.LowerBound, LoadClass.LowerBound, LoadClass.UpperBound)]
    public void Classify_ExampleOfTheRfc_IsWhatItSays(int point, LoadClass rfc2544, LoadClass tst009, LoadClass oneSecond, LoadClass twentyPercent)
    {
        var trials = ExampleUntil(point);

        Assert.Equal(rfc2544, LoadClassification.Classify(Rfc2544, trials));
        Assert.Equal(tst009, LoadClassification.Classify(Tst009, trials));
        Assert.Equal(oneSecond, LoadClassification.Classify(OneSecond, trials));
        Assert.Equal(twentyPercent, LoadClassification.Classify(TwentyPercent, trials));
    }

    [Fact]
    public void ConditionalThroughput_ExampleOfTheRfc_IsWhatItSays()
    {
        var trials = ExampleUntil(6);

        Assert.Equal(Million, LoadClassification.ConditionalThroughput(Tst009, Million, trials));
        Assert.Equal(Million, LoadClassification.ConditionalThroughput(OneSecond, Million, trials));
        Assert.Equal(999_000, LoadClassification.ConditionalThroughput(TwentyPercent, Million, trials), 1e-6);
    }

    [Fact]
    public void Classify_NoTrials_IsUndecidedAndCarriesNothing()
    {
        Assert.Equal(LoadClass.Undecided, LoadClassification.Classify(OneSecond, []));
        Assert.Equal(0, LoadClassification.ConditionalThroughput(OneSecond, Million, []));
    }

    private static List<TrialResult> ExampleUntil(int point)
    {
        (int Times, double Seconds, double Loss)[] added = [(59, 1, 0), (1, 1, 0.01), (59, 1, 0.01), (1, 1, 0), (1, 60, 0.001), (1, 60, 0)];
        return [.. added.Take(point).SelectMany(step => Enumerable.Repeat(new TrialResult(Million, step.Seconds, step.Loss), step.Times))];
    }
}
