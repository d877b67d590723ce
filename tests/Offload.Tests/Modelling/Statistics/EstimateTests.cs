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

    /// <summary>Of the usual tables of two-sided probabilities 0.05, 0.01, 0.001 and 0.5.</summary>
    [Theory]
    [InlineData(1, 0.95, 12.706)]
    [InlineData(2, 0.95, 4.303)]
    [InlineData(5, 0.95, 2.571)]
    [InlineData(4, 0.99, 4.604)]
    [InlineData(9, 0.99, 3.250)]
    [InlineData(10, 0.999, 4.587)]
    [InlineData(3, 0.5, 0.765)]
    [InlineData(120, 0.95, 1.980)]
    public void Half_widths_of_other_levels_are_those_of_the_tables(int degreesOfFreedom, double covered, double halfWidth) =>
        Assert.Equal(halfWidth, StudentT.HalfWidth(covered, degreesOfFreedom), 0.0006);

    [Theory]
    [InlineData(0, 0.95)]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    public void Levels_and_degrees_that_make_no_sense_are_refused(int degreesOfFreedom, double covered) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.HalfWidth(covered, degreesOfFreedom));

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
