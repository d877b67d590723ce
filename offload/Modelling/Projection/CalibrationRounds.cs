using IpsecDp.Engines;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>Takes rounds of calibration and, in turn with their trials, runs with engines: what the machine does over time falls on what a projection is made from and on what it is held against alike.</summary>
internal sealed class CalibrationRounds(ILineUnderTest line, HandOverCosts wakeUps, int engines, int rounds, TimeSpan trial, IProgress<double>? progress, CancellationToken cancellation)
{
    // More than any line takes.
    private const double Flood = 1e9;

    // Of what a line takes when flooded.
    private const double Light = 0.1;

    // Of what an engine takes when flooded: it keeps up, though a mix has larger packets here than where its small ones crowd them out, and the general thread never waits for room.
    private const double Paced = 0.6;

    // Of the usual queue, the shallow one's inverse: the usual one lies in the middle.
    private const int Deeper = 2;

    // Of what a line takes without engines: enough to saturate it with them.
    private const double Saturating = 3;

    // The same of a mix where all packets are as its smallest.
    private const double SaturatingSmall = 6;

    // What passes of a mix depends on how much more is offered than passes: the important ones crowd the others out. So a flood is a multiple of what passes
    // under such a flood, which takes a few steps to find.
    private const int FloodsToBegin = 3;

    private const int TrialsOfCalibration = 8;
    private const int TrialsOfSizes = 2;

    // Of the rounds that were asked for, to be called a calibration.
    private const double LeastShare = 0.5;

    // Of a trial that others disturbed.
    private const int Attempts = 4;

    private readonly (int Small, int Large)? _sizes = SizedTrials.SizesOf(line);
    private readonly QuietTrials _trials = new(line, trial, TrialsOf(line, rounds, engines), progress, cancellation);
    private double _mostFlooded;
    private string? _refusal;

    /// <summary>Rounds that were taken and do not count, because others disturbed them.</summary>
    public int Discarded { get; private set; }

    /// <summary>Rounds that were taken and do not count, because nothing can be projected from what they found.</summary>
    public int Senseless { get; private set; }

    /// <summary>How many trials so many rounds are, where others disturb none.</summary>
    public static int TrialsOf(ILineUnderTest line, int rounds, int engines) => FloodsToBegin + ((rounds + 1) * TrialsOfRound(SizedTrials.SizesOf(line) is not null, engines));

    /// <summary>The rounds behind one that warms up: the undisturbed ones, and where there were too few of them the least disturbed. Throws <see cref="CalibrationException"/> where fewer than half are such that anything can be projected from them.</summary>
    public List<TakenRound> Take()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        WarmUp();
        List<TakenRound> taken = [];
        var quiet = 0;
        for (var begun = 0; quiet < rounds && (begun < rounds || _trials.TryPlan(TrialsOfRound(_sizes is not null, engines))); begun++)
        {
            if (TakeSensible() is { } round)
            {
                taken.Add(round);
                quiet += round.IsDisturbed ? 0 : 1;
            }
        }

        if (taken.Count < LeastShare * rounds)
        {
            throw new CalibrationException($"nothing can be projected from what {Senseless} of {Senseless + taken.Count} rounds found ({_refusal})");
        }

        Discarded = Math.Max(0, taken.Count - rounds);
        return [.. taken.OrderBy(static round => round.IsDisturbed ? round.DisturbedShare : 0).Take(rounds)];
    }

    /// <summary>One more undisturbed round; null when as many trials more as were planned have been taken.</summary>
    public TakenRound? TakeAnother()
    {
        while (_trials.TryPlan(TrialsOfRound(_sizes is not null, engines)))
        {
            if (TakeSensible() is not { } round)
            {
                continue;
            }

            if (!round.IsDisturbed)
            {
                return round;
            }

            Discarded++;
        }

        return null;
    }

    private void WarmUp()
    {
        var rate = Flood;
        for (var flood = 0; flood < FloodsToBegin; flood++)
        {
            _mostFlooded = _trials.Take(new LineSetup(0, new NeedHelpRule()), rate).PacketsPerSecond;
            rate = Saturating * _mostFlooded;
        }

        _ = TakeOne();
        _trials.Attempts = Attempts;
    }

    // Null where nothing can be projected from it.
    private TakenRound? TakeSensible()
    {
        var round = TakeOne();
        if (round.RefusalOf(line.Path, wakeUps) is not { } refusal)
        {
            return round;
        }

        (Senseless, _refusal) = (Senseless + 1, refusal);
        return null;
    }

    private static int TrialsOfRound(bool isMix, int engines) => TrialsOfCalibration + (isMix ? TrialsOfSizes : 0) + (engines > 0 ? 1 : 0);

    // What says most of a run with engines is taken in turns with it, and the others lie around them.
    private TakenRound TakeOne()
    {
        var rule = new NeedHelpRule();
        var moved = rule with { HonorPriority = false };
        var flooded = _trials.Take(new LineSetup(0, rule), Saturating * _mostFlooded);

        // The fastest so far: a second in which the machine was slow must not make a flood of the next one that is none.
        _mostFlooded = Math.Max(_mostFlooded, flooded.PacketsPerSecond);
        var (saturating, low) = (Saturating * _mostFlooded, Light * _mostFlooded);
        var light = _trials.Take(new LineSetup(0, rule), low);
        var beside = _trials.Take(new LineSetup(0, rule, Lines: 2), saturating);
        var (shallow, deep) = (new LineSetup(1, Scaled(rule, 1.0 / Deeper)), new LineSetup(1, Scaled(rule, Deeper)));
        var inTurns = _trials.TakeInTurns(engines > 0 ? [shallow, new LineSetup(engines, rule), deep] : [shallow, deep], saturating);
        var movedFlooded = _trials.Take(new LineSetup(1, moved), saturating);
        var movedLight = _trials.Take(new LineSetup(1, moved), low);
        var handedBack = _trials.Take(new LineSetup(1, moved, Burst: line.BatchSize, Delivery: DeliveryRule.HandedBack), Paced * movedFlooded.PacketsPerSecond);
        var round = new CalibrationRound(flooded, light, beside, movedFlooded, movedLight, handedBack, inTurns[0], inTurns[^1]) { Sized = TakeSized(rule) };
        return new TakenRound(round, engines > 0 ? inTurns[1] : null);
    }

    private SizedTrials? TakeSized(NeedHelpRule rule) => _sizes is var (small, large)
        ? new SizedTrials(_trials.Take(new LineSetup(0, rule, Octets: small), SaturatingSmall * _mostFlooded), _trials.Take(new LineSetup(0, rule, Octets: large), Saturating * _mostFlooded))
        : null;

    private static NeedHelpRule Scaled(NeedHelpRule rule, double factor) => rule with { QueueDepth = (int)(rule.QueueDepth * factor), QueueOctets = (int)(rule.QueueOctets * factor) };
}
