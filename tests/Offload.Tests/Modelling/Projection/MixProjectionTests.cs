using System.Text.RegularExpressions;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Projection;
using IpsecDp.Modelling.Simulation;
using Offload.Tests.Modelling.Simulation;

namespace Offload.Tests.Modelling.Projection;

/// <summary>A mix of small important packets and large ones, on a line of known costs that grow with octets.</summary>
public sealed class MixProjectionTests
{
    private const double PerOctet = 0.15;
    private const int Rounds = 2;

    // The line carries 1.8 million of the whole mix, and of its small packets more.
    private const double Low = 1e5;
    private const double Middle = 1.6e6;
    private const double Flood = 8e6;

    private static readonly TimeSpan Trial = TimeSpan.FromMilliseconds(1);
    private static readonly NeedHelpRule Rule = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Moving makes every term dearer by the same.
    private static PathCosts Costs
    {
        get
        {
            var (receive, run) = (new StageCost(0, 10, 0.03), new StageCost(200, 100, PerOctet));
            return SimulatedLine.Costs with
            {
                Receive = receive,
                ReceiveRemote = receive.Times(1.5),
                ReceiveGivenBack = receive.Times(1.5),
                ReceiveDelivered = receive,
                Run = run,
                RunRemote = run.Times(1.3),
            };
        }
    }

    [Fact]
    public void An_octet_is_calibrated_apart_from_packets_and_jobs()
    {
        var path = CostCalibration.ModelOf(LineOfMix(), Taken(LineOfMix()), SimulatedLine.HandOver).Mean().Path;
        Assert.Equal(PerOctet, path.Run.PerOctet, 0.05 * PerOctet);
        Assert.Equal(1.3 * PerOctet, path.RunRemote.PerOctet, 0.05 * PerOctet);
        Assert.Equal(0.03, path.Receive.PerOctet, 0.002);
        Assert.Equal(0.045, path.ReceiveRemote.PerOctet, 0.003);
        Assert.Equal(100, path.Run.PerPacket, 5.0);
    }

    /// <summary>The twin: of packets of one size no octet is told apart, and no trial is taken for it.</summary>
    [Fact]
    public void Of_one_size_an_octet_adds_nothing()
    {
        var line = new PlayedLine(costs: Costs);
        var taken = Taken(line);
        Assert.All(taken, static round => Assert.Null(round.Calibration.Sized));
        var path = CostCalibration.ModelOf(line, taken, SimulatedLine.HandOver).Mean().Path;
        Assert.Equal((0.0, 0.0, 0.0), (path.Run.PerOctet, path.RunRemote.PerOctet, path.Receive.PerOctet));
        Assert.Equal(CostCalibration.TrialsOf(line, Rounds, 0) + (2 * (Rounds + 1)), CostCalibration.TrialsOf(LineOfMix(), Rounds, 0));
    }

    /// <summary>What passes at low load are other packets than those that pass in a flood.</summary>
    [Theory]
    [InlineData(Low)]
    [InlineData(Middle)]
    [InlineData(Flood)]
    public void A_mix_is_projected_right_at_low_load_and_flooded(double rate)
    {
        var line = LineOfMix();
        var point = Projected(line, Taken(line), rate);
        var measured = line.Run(new LineSetup(1, Rule), rate, Trial, Cancellation);
        Assert.Equal(measured.PacketsPerSecond, point.Delivered.Mean, 0.03 * measured.PacketsPerSecond);
        Assert.Equal(WorkOf(account => measured.Cpu[account]) / measured.Cpu.Wall.TotalSeconds, WorkOf(account => point.Processors[account].Mean), 0.03 * WorkOf(account => point.Processors[account].Mean));
    }

    /// <summary>The twin: with costs of jobs and packets alone, as before, it is too cheap where its large packets pass too.</summary>
    [Fact]
    public void Without_the_octets_of_its_packets_a_mix_is_projected_too_cheap()
    {
        var line = LineOfMix();
        var blind = Taken(line).Select(static round => round with { Calibration = round.Calibration with { Sized = null } });
        var point = Projected(line, [.. blind], Middle);
        var measured = line.Run(new LineSetup(1, Rule), Middle, Trial, Cancellation);
        var share = WorkOf(account => point.Processors[account].Mean) / (WorkOf(account => measured.Cpu[account]) / measured.Cpu.Wall.TotalSeconds);
        Assert.True(share < 0.92, $"{share}");
    }

    [Fact]
    public void Costs_that_were_kept_before_octets_had_any_are_read()
    {
        var costs = CostCalibration.ModelOf(new PlayedLine(), Taken(new PlayedLine()), SimulatedLine.HandOver);
        var former = Regex.Replace(costs.ToJson(), """\s*"perOctet": [^\n]*""", "", RegexOptions.None, TimeSpan.FromSeconds(10));
        Assert.DoesNotContain("perOctet", former, StringComparison.Ordinal);
        Assert.Equal(costs.ToJson(), CostModel.Parse(former).ToJson());
        Assert.Throws<ArgumentException>(() => CostModel.Parse(costs.ToJson().Replace("\"perOctet\": ", "\"perOctet\": -1", StringComparison.Ordinal)));
    }

    // Half of the packets are small and important, half large.
    private static PlayedLine LineOfMix()
    {
        var bulk = SimulatedLine.Of(1, 1).Streams[0] with { Octets = [1400] };
        return new PlayedLine(costs: Costs, mix: [bulk with { Name = "ee", Octets = [200], Class = ServiceClass.EeHigh, Precedence = 4 }, bulk]);
    }

    private static List<TakenRound> Taken(PlayedLine line) =>
        new CalibrationRounds(line, SimulatedLine.HandOver, engines: 0, Rounds, Trial, progress: null, Cancellation).Take();

    private static ProjectedPoint Projected(PlayedLine line, IReadOnlyList<TakenRound> rounds, double rate) =>
        new Projector(CostCalibration.ModelOf(line, rounds, SimulatedLine.HandOver), ProjectionVerifier.RequestFor(line, 1) with { Replications = 4 }).At(rate, isWakingFree: false, Cancellation);

    private static double WorkOf(Func<CpuAccount, double> of) => of(CpuAccount.Workload) + of(CpuAccount.EligibleOnGeneral) + of(CpuAccount.SpecialtyEligible);
}
