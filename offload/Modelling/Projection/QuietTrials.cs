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
        LineTrial? least = null;
        for (var (attempt, silent) = (0, 0); attempt < Attempts && silent < Silent && least is not { IsDisturbed: false };)
        {
            var taken = line.Run(setup, packetsPerSecond, trial, cancellation);
            if (taken.Eligible.Jobs == 0)
            {
                silent++;
                continue;
            }

            attempt++;
            if (least is null || taken.DisturbedShare < least.DisturbedShare)
            {
                least = taken;
            }
        }

        return least ?? throw new InvalidOperationException("the line carried nothing in any trial: the machine is too busy to say anything");
    }
}
