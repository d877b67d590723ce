using IpsecDp.Workloads.Accounting;

namespace Offload.Tests.Workloads.Accounting;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 1_000_000)]
    [InlineData(3, 60_000_000_000)]
    public void Percentile_RandomDurations_IsWithinOnePercentOfTheSortedList(int seed, long highest)
    {
        var random = new Random(seed);
        var histogram = new LatencyHistogram();
        var values = new long[50_000];
        for (var at = 0; at < values.Length; at++)
        {
            values[at] = (long)Math.Exp(random.NextDouble() * Math.Log(highest));
            histogram.Record(values[at]);
        }

        Array.Sort(values);
        foreach (var share in new[] { 0.0001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0 })
        {
            var exact = values[(int)Math.Ceiling(share * values.Length) - 1];
            Assert.InRange(histogram.Percentile(share), (exact * 0.99) - 1, (exact * 1.01) + 1);
        }

        Assert.Equal(values[^1], histogram.Maximum);
        Assert.Equal(values.Length, histogram.Count);
    }

    [Fact]
    public void Percentile_Empty_IsZero() => Assert.Equal(0, new LatencyHistogram().Percentile(0.5));

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(0, 0)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Record_ValueOutsideTheRange_IsCountedAtItsEdge(long value, long maximum)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(value);

        Assert.Equal(maximum, histogram.Maximum);
        Assert.Equal(1, histogram.Count);
    }

    [Fact]
    public void Add_TwoHistograms_CountsAsOne()
    {
        var (first, second, whole) = (new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
        for (var value = 1L; value < 100_000; value++)
        {
            (value % 3 == 0 ? first : second).Record(value);
            whole.Record(value);
        }

        first.Add(second);

        Assert.Equal(whole.Summarise(), first.Summarise());
    }
}
