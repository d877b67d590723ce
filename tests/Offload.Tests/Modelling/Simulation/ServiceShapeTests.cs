using IpsecDp.Modelling.Simulation;

namespace Offload.Tests.Modelling.Simulation;

public sealed class ServiceShapeTests
{
    [Fact]
    public void A_measured_shape_keeps_mean_and_tail()
    {
        double[] samples = [.. Enumerable.Range(0, 10_000).Select(at => at % 100 == 0 ? 500.0 : 10.0)];
        var shape = ServiceShape.Of(samples);
        shape.Validate();
        Assert.Equal(1, shape.Points.Average(), 1e-9);
        var mean = samples.Average();
        var variation = Math.Sqrt(samples.Average(sample => (sample - mean) * (sample - mean))) / mean;
        Assert.Equal(variation, shape.Variation, 0.35);
    }

    [Fact]
    public void Without_samples_it_is_constant() => Assert.Equal(ServiceShape.Constant, ServiceShape.Of([]));

    [Fact]
    public void A_shape_of_another_mean_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ServiceShape { Points = [1, 2] }.Validate());

    [Fact]
    public void Negative_costs_are_refused() =>
        Assert.Throws<ArgumentException>(() => new StageCost(-1).Validate("run"));
}
