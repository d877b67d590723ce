namespace IpsecDp.Modelling.Projection;

/// <summary>Takes trials until one is not disturbed by what else runs on the machine.</summary>
internal sealed class QuietTrials(ILineUnderTest line, TimeSpan trial, CancellationToken cancellation)
{
    private const int Attempts = 4;

    // A line that had no processor for the whole of a short trial says nothing and is no attempt.
    private const int Silent = 100;

    /// <summary>The first trial that was not disturbed, or the least disturbed of all attempts.</summary>
    public LineTrial Take(LineSetup setup, double packetsPerSecond)
    {
        var least = TakeAny(setup, packetsPerSecond);
        for (var attempt = 1; attempt < Attempts && least.IsDisturbed; attempt++)
        {
            var taken = TakeAny(setup, packetsPerSecond);
            least = taken.DisturbedShare < least.DisturbedShare ? taken : least;
        }

        return least;
    }

    /// <summary>The first trial that carried anything, disturbed or not.</summary>
    public LineTrial TakeAny(LineSetup setup, double packetsPerSecond)
    {
        for (var silent = 0; silent < Silent; silent++)
        {
            var taken = line.Run(setup, packetsPerSecond, trial, cancellation);
            if (taken.Eligible.Jobs > 0 && taken.Delivered > 0)
            {
                return taken;
            }
        }

        throw new InvalidOperationException("the line carried nothing in any trial: the machine is too busy to say anything");
    }
}
