using IpsecDp.Modelling.Charts;

namespace Offload.Tests.Modelling.Charts;

public sealed class AxisScaleTests
{
    [Theory]
    [InlineData(new[] { 0.0, 100 }, "0,20,40,60,80,100")]
    [InlineData(new[] { 0.0, 0.5 }, "0.0,0.1,0.2,0.3,0.4,0.5")]
    [InlineData(new[] { 3.0, 8.6 }, "3,4,5,6,7,8,9")]
    [InlineData(new[] { 0.0 }, "0.0,0.2,0.4,0.6,0.8,1.0")]
    [InlineData(new double[0], "0.0,0.2,0.4,0.6,0.8,1.0")]
    public void Ticks_Linear_AreRoundNumbersAroundTheValues(double[] values, string expected)
    {
        var scale = AxisScale.Of(new ChartAxis("x", "units"), values, 0, 600);

        Assert.Equal(expected, string.Join(',', scale.Ticks.Select(tick => tick.Text)));
        Assert.All(values, value => Assert.InRange(scale.At(value), -1e-9, 600.000001));
    }

    [Fact]
    public void Ticks_Logarithmic_ArePowersOfTen()
    {
        var scale = AxisScale.Of(new ChartAxis("x", "µs") { IsLogarithmic = true }, [35, 4_000, 0, double.NaN], 300, 0);

        Assert.Equal(["10", "100", "1,000", "10,000"], scale.Ticks.Select(tick => tick.Text));
        Assert.Equal(200, scale.At(100), 1e-9);
        Assert.Equal(300, scale.At(0), 1e-9);
    }

    [Fact]
    public void Ticks_Categories_StandInTheMiddleOfTheirParts()
    {
        var scale = AxisScale.Of(new ChartAxis("x", "") { Categories = ["a", "b"] }, [], 0, 100);

        Assert.Equal([25.0, 75.0], scale.Ticks.Select(tick => scale.At(tick.Value)));
    }
}
