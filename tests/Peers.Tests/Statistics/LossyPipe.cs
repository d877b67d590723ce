using IpsecDp.Peers.Statistics;

namespace Peers.Tests.Statistics;

/// <summary>A pipe that carries so much a second, fed by a sender that can send so much a second.</summary>
internal sealed class LossyPipe(double capacity, double sender)
{
    private const double Seconds = 0.5;

    /// <summary>What it can carry.</summary>
    public double Capacity { get; set; } = capacity;

    /// <summary>The share lost whatever the rate.</summary>
    public double SteadyLoss { get; init; }

    /// <summary>Whether what it carries falls as more is offered, as in a receiver that is busy refusing.</summary>
    public bool Collapses { get; init; }

    /// <summary>Every so many trials, one loses two percent for no reason of the pipe's.</summary>
    public int HiccupEvery { get; init; } = int.MaxValue;

    /// <summary>Trials run.</summary>
    public int Trials { get; private set; }

    /// <summary>Sends for half a second.</summary>
    public RateTrial Try(double? rate)
    {
        Trials++;
        var sent = Math.Min(rate ?? sender, sender);
        var carried = sent <= Capacity ? sent : Collapses ? Capacity * Capacity / sent : Capacity;
        carried *= 1 - SteadyLoss - (Trials % HiccupEvery == 0 ? 0.02 : 0);
        return new RateTrial((long)(sent * Seconds), (long)(carried * Seconds), Seconds);
    }
}
