using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Simulation;

namespace Offload.Tests.Modelling.Simulation;

/// <summary>The simulator against what the theory of queues knows exactly; seeds are fixed, so that a result is always the same one.</summary>
public sealed class ClosedFormTests
{
    private const double OnePercent = 0.01;

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.7)]
    public void Mean_wait_and_queue_of_MM1(double load)
    {
        var result = SimulatedMachine.Run(QueueingModels.Station(1, load, ServiceShape.Exponential, 6e6, seed: 11), TestContext.Current.CancellationToken);
        var wait = load / (1 - load) * QueueingModels.Service * 1e-9;
        AssertClose(wait, result.QueueWait.Mean);
        AssertClose(load * load / (1 - load), result.QueueLength.Mean);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    public void Mean_wait_and_queue_of_MD1(double load)
    {
        var result = SimulatedMachine.Run(QueueingModels.Station(1, load, ServiceShape.Constant, 4e6, seed: 12), TestContext.Current.CancellationToken);
        var wait = load / (2 * (1 - load)) * QueueingModels.Service * 1e-9;
        AssertClose(wait, result.QueueWait.Mean);
        AssertClose(load * load / (2 * (1 - load)), result.QueueLength.Mean);
    }

    [Theory]
    [InlineData(2, 0.7)]
    [InlineData(3, 0.8)]
    [InlineData(8, 0.7)]
    public void Mean_wait_and_queue_of_MMc(int servers, double load)
    {
        var result = SimulatedMachine.Run(QueueingModels.Station(servers, load, ServiceShape.Exponential, 12e6, seed: 13), TestContext.Current.CancellationToken);
        var waiting = QueueingModels.ErlangC(servers, load) * load / (1 - load);
        AssertClose(waiting, result.QueueLength.Mean);
        AssertClose(waiting * QueueingModels.Service * 1e-9 / (servers * load), result.QueueWait.Mean);
    }

    [Fact]
    public void An_engine_is_busy_for_the_share_that_is_offered()
    {
        var result = SimulatedMachine.Run(QueueingModels.Station(4, 0.5, ServiceShape.Exponential, 1e6, seed: 14), TestContext.Current.CancellationToken);
        AssertClose(2, result.Processors(CpuAccount.SpecialtyEligible).Mean);
    }

    /// <summary>The twin: with another distribution of the same mean the formula does not hold, so that its agreement says something.</summary>
    [Fact]
    public void The_formula_of_MM1_does_not_describe_MD1()
    {
        var result = SimulatedMachine.Run(QueueingModels.Station(1, 0.7, ServiceShape.Constant, 1e6, seed: 12), TestContext.Current.CancellationToken);
        Assert.True(result.QueueLength.Mean < 0.6 * 0.49 / 0.3);
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(actual - expected) <= OnePercent * expected, $"expected {expected:G6} within 1 %, was {actual:G6} ({100 * (actual / expected - 1):F3} %)");
}
