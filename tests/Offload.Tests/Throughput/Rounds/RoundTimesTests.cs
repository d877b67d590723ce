using IpsecDp.Throughput.Rounds;

namespace Offload.Tests.Throughput.Rounds;

public class RoundTimesTests
{
    [Theory]
    [InlineData(new double[] { 7 }, 7, 7)]
    [InlineData(new double[] { 5, 1, 9 }, 1, 5)]
    [InlineData(new double[] { 4, 1000, 2, 3, 1 }, 1, 3)]
    public void Of_Rounds_GivesTheShortestAndTheMiddle(double[] rounds, double best, double median) =>
        Assert.Equal(new RoundTimes(best, median), RoundTimes.Of(rounds));

    [Fact]
    public void Over_OtherContender_DividesBestByBestAndMedianByMedian() =>
        Assert.Equal(new RoundTimes(2, 3), new RoundTimes(10, 24).Over(new RoundTimes(5, 8)));

    [Fact]
    public void Measure_TwoContenders_TakeTurnsAtLeastOnce()
    {
        var turns = new List<int>();
        Func<double> Contender(int number) => () =>
        {
            turns.Add(number);
            return number;
        };

        var rounds = InterleavedRounds.Measure(TimeSpan.Zero, [Contender(1), Contender(2)]);

        Assert.Equal([1, 2], turns);
        Assert.Equal([[1.0], [2.0]], rounds);
    }
}
