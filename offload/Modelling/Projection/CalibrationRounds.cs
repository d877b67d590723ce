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

    // Of the usual queue, the shallow one's inverse: the usual one lies in the middle of what a doubling does.
    private const int Deeper = 2;

    // Of what a line takes without engines: enough to saturate it with them.
    private const double Saturating = 3;

    private const int TrialsOfCalibration = 8;

    private readonly QuietTrials _trials = new(line, trial, TrialsOf(rounds, engines), progress, cancellation);
    private int _rounds;

    /// <summary>Rounds that were taken and do not count, because others disturbed them or the machine changed its speed within them.</summary>
    public int Discarded { get; private set; }

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

        Discarded = taken.Count - rounds;
        return [.. taken.OrderBy(static round => round.IsDisturbed ? round.DisturbedShare : 0).Take(rounds)];
    }

    private static int TrialsOfRound(int engines) => TrialsOfCalibration + (engines > 0 ? 1 : 0);

    // The trials that say most of a run with engines are its neighbours, one on either side and each on either side in turn, and the others lie around
    // them: what drifts falls on both alike.
    private TakenRound TakeOne(Func<LineSetup, double, LineTrial> take)
    {
        var rule = new NeedHelpRule();
        var moved = rule with { HonorPriority = false };
        var flooded = take(new LineSetup(0, rule), Flood);
        var saturating = Saturating * flooded.PacketsPerSecond;
        var light = take(new LineSetup(0, rule), Light * flooded.PacketsPerSecond);
        var beside = take(new LineSetup(0, rule, Lines: 2), Flood);
        LineTrial[] shared = new LineTrial[2];
        var first = _rounds++ % shared.Length;
        LineTrial Shared(int at) => take(new LineSetup(1, at == 0 ? Shallow(rule) : Deep(rule)), saturating);
        shared[first] = Shared(first);
        var withEngines = engines > 0 ? take(new LineSetup(engines, rule), saturating) : null;
        shared[1 - first] = Shared(1 - first);
        var movedFlooded = take(new LineSetup(1, moved), Flood);
        var movedLight = take(new LineSetup(1, moved), Light * flooded.PacketsPerSecond);
        var handedBack = take(new LineSetup(1, moved, Burst: line.BatchSize, Delivery: DeliveryRule.HandedBack), Paced * movedFlooded.PacketsPerSecond);
        return new TakenRound(new CalibrationRound(flooded, light, beside, movedFlooded, movedLight, handedBack, shared[0], shared[1]), withEngines);
    }

    private static NeedHelpRule Shallow(NeedHelpRule rule) => rule with { QueueDepth = rule.QueueDepth / Deeper, QueueOctets = rule.QueueOctets / Deeper };

    private static NeedHelpRule Deep(NeedHelpRule rule) => rule with { QueueDepth = rule.QueueDepth * Deeper, QueueOctets = rule.QueueOctets * Deeper };
}
