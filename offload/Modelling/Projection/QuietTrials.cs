namespace IpsecDp.Modelling.Projection;

/// <summary>Takes trials until one is not disturbed by what else runs on the machine; what stays disturbed is counted.</summary>
internal sealed class QuietTrials(ILineUnderTest line, TimeSpan trial, CancellationToken cancellation)
{
    private const int Attempts = 8;

    // A thread that loses its processor is away for milliseconds.
    private const double Disturbed = 25;

    /// <summary>Trials that were disturbed to the last attempt.</summary>
    public int DisturbedTrials { get; private set; }

    /// <summary>The first trial that was not disturbed, or the least disturbed of all attempts.</summary>
    public LineTrial Take(LineSetup setup, double packetsPerSecond)
    {
        LineTrial? least = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var taken = line.Run(setup, packetsPerSecond, trial, cancellation);
            if (taken.Eligible.Jobs > 0 && (least is null || taken.DisturbancesPerSecond < least.DisturbancesPerSecond))
            {
                least = taken;
            }

            if (least is { } quiet && quiet.DisturbancesPerSecond <= Disturbed)
            {
                return quiet;
            }
        }

        DisturbedTrials++;
        return least ?? throw new InvalidOperationException("the line carried nothing in any trial: the machine is too busy to say anything");
    }
}
