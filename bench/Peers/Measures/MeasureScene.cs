using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Contenders;

namespace IpsecDp.Peers.Measures;

/// <summary>Where and for how long a measure is taken.</summary>
/// <param name="Bed">The hosts.</param>
/// <param name="Tunnel">The contender at work.</param>
/// <param name="Seconds">How long traffic is offered for one figure.</param>
/// <param name="Rates">Where the last round's search of this contender ended, by the measure's name; written by the measure.</param>
/// <param name="Cancellation">Ends it early.</param>
internal sealed record MeasureScene(TestBed Bed, Tunnel Tunnel, int Seconds, Dictionary<string, double> Rates, CancellationToken Cancellation);
