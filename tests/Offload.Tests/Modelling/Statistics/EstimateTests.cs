using IpsecDp.Modelling.Statistics;

namespace Offload.Tests.Modelling.Statistics;

public sealed class EstimateTests
{
    [Theory]
    [InlineData(1, 12.706)]
    [InlineData(10, 2.228)]
    [InlineData(30, 2.042)]
    [InlineData(60, 2.000)]
    [InlineData(120, 1.980)]
    public void Quantiles_are_those_of_the_tables(int degreesOfFreedom, double quantile) =>
        Assert.Equal(quantile, StudentT.Quantile975(degreesOfFreedom), 0.0006);

    [Fact]
    public void Without_a_degree_of_freedom_there_is_no_quantile() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile975(0));

    /// <summary>Mean 5, sample deviation 2.138, of 8: 2.365 * 2.138 / sqrt 8.</summary>
    [Fact]
    public void An_interval_is_that_of_the_textbook()
    {
        var estimate = Estimate.Of([2, 4, 4, 4, 5, 5, 7, 9]);
        Assert.Equal(5, estimate.Mean);
        Assert.Equal(1.788, estimate.HalfWidth, 0.001);
        Assert.Equal(estimate.Mean - estimate.HalfWidth, estimate.Low);
    }

    [Fact]
    public void One_sample_has_no_interval_and_none_has_no_mean()
    {
        Assert.True(double.IsNaN(Estimate.Of([3]).HalfWidth));
        Assert.True(double.IsNaN(Estimate.Of([]).Mean));
    }
}
