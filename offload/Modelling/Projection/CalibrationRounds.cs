using IpsecDp.Engines;

namespace IpsecDp.Modelling.Projection;

/// <summary>Takes rounds of calibration and, in turn with their trials, runs with engines: what the machine does over time falls on what a projection is made from and on what it is held against alike.</summary>
internal sealed class CalibrationRounds(ILineUnderTest line, int engines, TimeSpan trial, CancellationToken cancellation)
{
    // More than any line takes.
    private const double Flood = 1e9;

    // Of what a line takes when flooded.
    private const double Light = 0.1;

    // Of what an engine takes when flooded: it keeps up, and the general thread never waits for room.
    private const double Paced = 0.8;

    // Of what a line takes without engines: enough to saturate it with them.
    private const double Saturating = 3;

    // Rounds that are taken at most for each that counts.
    private const int Patience = 4;

    private readonly QuietTrials _trials = new(line, trial, cancellation);

    /// <summary>So many rounds behind one that warms up: the undisturbed ones, and where there were too few of them the least disturbed.</summary>
    public IReadOnlyList<TakenRound> Take(int rounds, IProgress<double>? progress)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        _ = TakeOne();
        List<TakenRound> taken = [];
        for (var quiet = 0; quiet < rounds && taken.Count < Patience * rounds;)
        {
            var round = TakeOne();
            taken.Add(round);
            quiet += round.IsDisturbed ? 0 : 1;
            progress?.Report(Math.Max((double)quiet / rounds, (double)taken.Count / (Patience * rounds)));
        }

        return [.. taken.OrderBy(static round => round.IsDisturbed ? round.DisturbedShare : 0).Take(rounds)];
    }

    private TakenRound TakeOne()
    {
        var rule = new NeedHelpRule();
        var moved = rule with { HonorPriority = false };
        var flooded = _trials.Take(new LineSetup(0, rule), Flood);
        var movedFlooded = _trials.Take(new LineSetup(1, moved), Flood);
        var withEngines = engines > 0 ? _trials.Take(new LineSetup(engines, rule), Saturating * flooded.PacketsPerSecond) : null;
        var light = Light * flooded.PacketsPerSecond;
        var paced = new LineSetup(1, moved, Burst: line.BatchSize);
        var pace = Paced * movedFlooded.PacketsPerSecond;
        return new TakenRound(
            new CalibrationRound(
                flooded,
                _trials.Take(new LineSetup(0, rule), light),
                _trials.Take(new LineSetup(0, rule, Lines: 2), Flood),
                movedFlooded,
                _trials.Take(paced, pace),
                _trials.Take(new LineSetup(1, moved), light),
                _trials.TakeAny(paced with { Delivery = DeliveryRule.HandedBack }, pace)),
            withEngines);
    }
}
