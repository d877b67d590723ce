using System.Diagnostics;
using IpsecDp.Modelling.Projection;

namespace IpsecDp.Host.Measure;

/// <summary>The run of a projection: calibrates on this machine, then simulates the one that was asked about, or holds the projection against a run with engines.</summary>
internal sealed class Projecting(MeasureOptions options, Action<MeasureProgress> progress, CancellationToken cancellation)
{
    // To look at the processors, to let a trial's last packets out and to read its books, and for those in turns what eight slices take longer; in practice, on two processors.
    private const double LikelyTrialOverhead = 0.06;

    // A projection of one load from one round's calibration, as a verification makes of each round.
    private const double LikelyRoundSeconds = 0.25;

    // What a simulation of the usual loads took in practice.
    private const double LikelySimulationSeconds = 10;

    /// <summary>Calibrates and projects; throws <see cref="OperationCanceledException"/> when it is ended before its time, and <see cref="MeasureException"/> when the trials showed too little.</summary>
    public ProjectionReport Run()
    {
        using var line = new SealingLine(options);
        return Run(line);
    }

    /// <summary>The same on a line that stands already.</summary>
    internal ProjectionReport Run(ILineUnderTest line)
    {
        try
        {
            return Project(line);
        }
        catch (CalibrationException refusal)
        {
            throw new MeasureException($"{refusal.Message}: ask for longer trials than {options.TrialDuration.TotalSeconds:0.###} s with --seconds, or for a quieter machine", refusal);
        }
    }

    private ProjectionReport Project(ILineUnderTest line)
    {
        var trial = options.TrialDuration;
        var seconds = CostCalibration.TrialsOf(line, options.Repeat, options.VerifiesProjection ? options.Engines : 0) * ((trial.TotalSeconds * SealingLine.LeadIn) + LikelyTrialOverhead);
        var rest = (options.Project is null ? 0 : LikelySimulationSeconds) + (options.VerifiesProjection ? options.Repeat * LikelyRoundSeconds : 0);
        var what = options.VerifiesProjection ? "what the product costs here, and in turn with engines" : "what the product costs here";
        progress(new MeasureProgress(what, 0, seconds + rest));
        var (machineBefore, burntBefore) = (MachineTime.Read(), Environment.CpuUsage.TotalTime);
        var started = Stopwatch.GetTimestamp();
        var told = new Told(share => progress(ProgressAt(what, share, Stopwatch.GetElapsedTime(started).TotalSeconds, rest)));
        var (verification, costs) = Calibrate(line, told);
        var others = MachineTime.Read().OthersSince(machineBefore, (Environment.CpuUsage.TotalTime - burntBefore).TotalSeconds);
        cancellation.ThrowIfCancellationRequested();
        ProjectionResult? result = null;
        if (options.Project is { } machine)
        {
            var threads = options.SmtThroughput is null ? 1 : MeasureCheck.ThreadsOfSmtCore;
            progress(new MeasureProgress($"the simulation of {machine.General} general and {machine.Specialty} specialty processors", seconds, rest));
            var request = ProjectionVerifier.RequestFor(line, machine.Specialty) with { Topology = machine with { Specialty = machine.Specialty * threads }, ThreadsPerCore = threads };
            result = new Projector(costs, options.SmtThroughput is { } smt ? request with { SmtThroughput = smt } : request).Project(cancellation);
        }

        return new ProjectionReport(options.Load, SetupWords.Machine(), costs, others, result, verification);
    }

    private (VerificationResult? Verification, CostModel Costs) Calibrate(ILineUnderTest line, IProgress<double> told)
    {
        var verification = options.VerifiesProjection ? ProjectionVerifier.Verify(line, options.Engines, options.Repeat, options.TrialDuration, told, cancellation) : null;
        return (verification, verification?.Costs ?? CostCalibration.Measure(line, options.Repeat, options.TrialDuration, told, cancellation));
    }

    // What is left takes as long as what is done took: trials that are taken again make both longer.
    private static MeasureProgress ProgressAt(string what, double share, double elapsed, double rest) => new(what, elapsed, (elapsed * (1 - share) / share) + rest);

    // Progress<T> would tell it on another thread.
    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}
