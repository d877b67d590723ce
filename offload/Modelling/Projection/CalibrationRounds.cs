using IpsecDp.Engines;

namespace IpsecDp.Modelling.Projection;

/// <summary>Takes rounds of calibration and, in turn with their trials, runs with engines: what the machine does over time falls on what a projection is made from and on what it is held against alike.</summary>
internal sealed class CalibrationRounds(ILineUnderTest line, int engines, int rounds, TimeSpan trial, IProgress<double>? progress, CancellationToken cancellation)
{
    // More than any line takes.
    private const double Flood = 1e9;

    // Of what a line takes when flooded.
    private const double Light = 0.1;

    // Of what an engine takes when flooded: it keeps up, and the general thread never waits for room.
    private const double Paced = 0.8;

    // Of what a line takes without engines: enough to saturate it with them.
    private const double Saturating = 3;

    private const int TrialsOfCalibration = 7;

    private readonly QuietTrials _trials = new(line, trial, TrialsOf(rounds, engines), progress, cancellation);

    /// <summary>How many trials so many rounds are, where others disturb none.</summary>
    public static int TrialsOf(int rounds, int engines) => (rounds + 1) * TrialsOfRound(engines);

    /// <summary>The rounds behind one that warms up: the undisturbed ones, and where there were too few of them the least disturbed.</summary>
    public IReadOnlyList<TakenRound> Take()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        _ = TakeOne(_trials.TakeAny);
        List<TakenRound> taken = [];
        for (var quiet = 0; quiet < rounds && (taken.Count < rounds || _trials.TryPlan(TrialsOfRound(engines)));)
        {
            var round = TakeOne(_trials.Take);
            taken.Add(round);
            quiet += round.IsDisturbed ? 0 : 1;
        }

        return [.. taken.OrderBy(static round => round.IsDisturbed ? round.DisturbedShare : 0).Take(rounds)];
    }

    private static int TrialsOfRound(int engines) => TrialsOfCalibration + (engines > 0 ? 1 : 0);

    private TakenRound TakeOne(Func<LineSetup, double, LineTrial> take)
    {
        var rule = new NeedHelpRule();
        var moved = rule with { HonorPriority = false };
        var flooded = take(new LineSetup(0, rule), Flood);
        var movedFlooded = take(new LineSetup(1, moved), Flood);
        var withEngines = engines > 0 ? take(new LineSetup(engines, rule), Saturating * flooded.PacketsPerSecond) : null;
        var light = Light * flooded.PacketsPerSecond;
        var paced = new LineSetup(1, moved, Burst: line.BatchSize);
        var pace = Paced * movedFlooded.PacketsPerSecond;
        return new TakenRound(
            new CalibrationRound(
                flooded,
                take(new LineSetup(0, rule), light),
                take(new LineSetup(0, rule, Lines: 2), Flood),
                movedFlooded,
                take(paced, pace),
                take(new LineSetup(1, moved), light),
                take(paced with { Delivery = DeliveryRule.HandedBack }, pace)),
            withEngines);
    }
}
