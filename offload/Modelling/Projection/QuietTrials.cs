namespace IpsecDp.Modelling.Projection;

/// <summary>Takes so many trials as are planned, and as many again at most in place of those that others disturbed: a machine that is too noisy is known as such after twice the time.</summary>
internal sealed class QuietTrials(ILineUnderTest line, TimeSpan trial, int planned, IProgress<double>? progress, CancellationToken cancellation)
{
    // What a busy machine is from one moment to the next shows in a hundredth of a second; a line is at work within half of that.
    private const int Turns = 8;
    private static readonly TimeSpan LongestSlice = TimeSpan.FromMilliseconds(10);

    private int _taken;
    private int _planned = planned;
    private int _spare = planned;

    /// <summary>How often what was disturbed is tried.</summary>
    public int Attempts { get; set; } = 1;

    /// <summary>The first trial that was not disturbed, or the least disturbed of all attempts.</summary>
    public LineTrial Take(LineSetup setup, double packetsPerSecond) => Take(1, () => [line.Run(setup, packetsPerSecond, trial, cancellation)])[0];

    /// <summary>The same of several setups in turns, disturbed together.</summary>
    public IReadOnlyList<LineTrial> TakeInTurns(IReadOnlyList<LineSetup> setups, double packetsPerSecond) =>
        Take(setups.Count, () => line.RunInTurns(setups, Turns, packetsPerSecond, trial < LongestSlice ? trial : LongestSlice, cancellation));

    /// <summary>Plans so many trials more, if they may still be taken.</summary>
    public bool TryPlan(int trials)
    {
        if (_spare < trials)
        {
            return false;
        }

        (_spare, _planned) = (_spare - trials, _planned + trials);
        return true;
    }

    private IReadOnlyList<LineTrial> Take(int trials, Func<IReadOnlyList<LineTrial>> run)
    {
        var least = TakeAny(trials, run);
        for (var attempt = 1; attempt < Attempts && DisturbedShareOf(least) > 1 && TryPlan(trials); attempt++)
        {
            var taken = TakeAny(trials, run);
            least = DisturbedShareOf(taken) < DisturbedShareOf(least) ? taken : least;
        }

        return least;
    }

    // The first that carried anything, disturbed or not; a line that had no processor for the whole of a short trial says nothing.
    private IReadOnlyList<LineTrial> TakeAny(int trials, Func<IReadOnlyList<LineTrial>> run)
    {
        do
        {
            var taken = run();
            _taken += trials;
            progress?.Report((double)_taken / Math.Max(_taken, _planned));
            if (taken.All(static one => one.Eligible.Jobs > 0 && one.Delivered > 0))
            {
                return taken;
            }
        }
        while (TryPlan(trials));

        throw new CalibrationException("the line carried nothing in any trial, the machine is too busy to say anything");
    }

    private static double DisturbedShareOf(IReadOnlyList<LineTrial> trials) => trials.Max(static one => one.DisturbedShare);
}
