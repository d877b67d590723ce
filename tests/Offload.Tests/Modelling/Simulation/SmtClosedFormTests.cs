using IpsecDp.Modelling.Simulation;

namespace Offload.Tests.Modelling.Simulation;

/// <summary>A core of two hardware threads against the birth-death chain it is: one customer is served at the full rate, two and more at the throughput of both threads together.</summary>
public sealed class SmtClosedFormTests
{
    private const double OnePercent = 0.01;

    [Theory]
    [InlineData(1.25, 0.4)]
    [InlineData(1.25, 0.6)]
    [InlineData(1.6, 0.7)]
    [InlineData(2, 0.7)]
    public void Mean_queue_and_wait_of_a_core_with_two_threads(double throughput, double load)
    {
        var result = Run(throughput, load);
        AssertClose(QueueOf(throughput, load), result.QueueLength.Mean);
        AssertClose(QueueOf(throughput, load) * QueueingModels.Service * 1e-9 / (throughput * load), result.QueueWait.Mean);
    }

    /// <summary>More than two threads carry is offered, so that both work all the time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1.25)]
    [InlineData(2)]
    public void A_saturated_core_carries_the_stated_throughput(double throughput)
    {
        var model = QueueingModels.Station(2, 1.2, ServiceShape.Exponential, 2e6, seed: 22) with { ThreadsPerCore = 2, SmtThroughput = throughput };
        var result = SimulatedMachine.Run(model, TestContext.Current.CancellationToken);
        AssertClose(throughput * 1e9 / QueueingModels.Service, result.PacketsPerSecond.Mean);
    }

    /// <summary>The twin: two cores of a thread each are no core of two, so that the agreement says something.</summary>
    [Fact]
    public void The_formula_does_not_describe_two_cores()
    {
        var alone = SimulatedMachine.Run(ModelOf(1.25, 0.6) with { ThreadsPerCore = 1 }, TestContext.Current.CancellationToken);
        Assert.True(alone.QueueLength.Mean < 0.5 * QueueOf(1.25, 0.6));
    }

    /// <summary>With two threads that do not feel each other it is M/M/2.</summary>
    [Fact]
    public void The_formula_of_two_whole_threads_is_Erlangs()
    {
        const double Load = 0.7;
        Assert.Equal(QueueingModels.ErlangC(2, Load) * Load / (1 - Load), QueueOf(2, Load), 1e-9);
    }

    private static SimulationResult Run(double throughput, double load) => SimulatedMachine.Run(ModelOf(throughput, load), TestContext.Current.CancellationToken);

    // A load is a share of what the core carries with both threads; the station's is one of two whole servers.
    private static SimulationModel ModelOf(double throughput, double load) =>
        QueueingModels.Station(2, load * throughput / 2, ServiceShape.Exponential, 12e6, seed: 21) with { ThreadsPerCore = 2, SmtThroughput = throughput };

    // With a = lambda / mu customers offered and rho = a / s: p1 = a p0, every further state rho times the one before, and n - 2 wait in state n.
    private static double QueueOf(double throughput, double load)
    {
        var offered = load * throughput;
        var idle = 1 / (1 + (offered / (1 - load)));
        return offered * idle * load * load / ((1 - load) * (1 - load));
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(actual - expected) <= OnePercent * expected, $"expected {expected:G6} within 1 %, was {actual:G6} ({100 * ((actual / expected) - 1):F3} %)");
}
