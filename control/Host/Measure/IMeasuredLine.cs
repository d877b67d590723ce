using IpsecDp.Modelling.Activity;

namespace IpsecDp.Host.Measure;

/// <summary>One or two hosts under a load that comes by the clock.</summary>
internal interface IMeasuredLine : IDisposable
{
    /// <summary>Offers so many packets a second for a time and tells what became of them; a cancelled trial is shorter. Throws <see cref="MeasureException"/> when a host failed.</summary>
    TrialFigures Offer(double packetsPerSecond, TimeSpan duration, CancellationToken cancellation);
}
