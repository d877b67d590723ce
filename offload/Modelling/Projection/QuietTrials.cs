namespace IpsecDp.Modelling.Projection;

/// <summary>Takes so many trials as are planned, and as many again at most in place of those that others disturbed: a machine that is too noisy is known as such after twice the time.</summary>
internal sealed class QuietTrials(ILineUnderTest line, TimeSpan trial, int planned, IProgress<double>? progress, CancellationToken cancellation)
{
    private const int Attempts = 4;

    private int _taken;
    private int _planned = planned;
    private int _spare = planned;

    /// <summary>The first trial that was not disturbed, or the least disturbed of all attempts.</summary>
    public LineTrial Take(LineSetup setup, double packetsPerSecond)
    {
        var least = TakeAny(setup, packetsPerSecond);
        for (var attempt = 1; attempt < Attempts && least.IsDisturbed && TryPlan(1); attempt++)
        {
            var taken = TakeAny(setup, packetsPerSecond);
            least = taken.DisturbedShare < least.DisturbedShare ? taken : least;
        }

        return least;
    }

    /// <summary>The first trial that carried anything, disturbed or not; a line that had no processor for the whole of a short one says nothing.</summary>
    public LineTrial TakeAny(LineSetup setup, double packetsPerSecond)
    {
        do
        {
            var taken = line.Run(setup, packetsPerSecond, trial, cancellation);
            _taken++;
            progress?.Report((double)_taken / Math.Max(_taken, _planned));
            if (taken.Eligible.Jobs > 0 && taken.Delivered > 0)
            {
                return taken;
            }
        }
        while (TryPlan(1));

        throw new InvalidOperationException("the line carried nothing in any trial: the machine is too busy to say anything");
    }

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
}
