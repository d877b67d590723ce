using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Projection;

/// <summary>Two floods without engines that differ in the octets of their packets and in nothing else, packets all of one size and of one SA a tunnel: what an octet adds to a packet. Within a mix packets differ in their SAs and jobs too.</summary>
/// <param name="Small">With packets as large as those of the kind of traffic that has the smallest.</param>
/// <param name="Large">With packets as large as those of the kind that has the largest.</param>
public sealed record SizedTrials(LineTrial Small, LineTrial Large)
{
    // Kinds of traffic whose packets are nearer than that cost alike within what a trial is known to.
    private const double LeastApart = 1.25;

    /// <summary>The octets of a line's smallest and largest kind of packet; null where all are of nearly one size, as their packets' costs are then.</summary>
    internal static (int Small, int Large)? SizesOf(ILineUnderTest line)
    {
        double[] means = [.. line.Streams.Select(static stream => stream.Octets.Average())];
        return means.Max() < LeastApart * means.Min() ? null : ((int)means.Min(), (int)means.Max());
    }

    /// <summary>Nanoseconds an octet adds to sealing or opening where the packets are.</summary>
    internal double RunPerOctet => Slope(static trial => trial.PerPacket(CpuAccount.EligibleOnGeneral));

    /// <summary>The same of bringing packets.</summary>
    internal double ReceivePerOctet => Slope(static trial => trial.ReceivePerPacket);

    private double Slope(Func<LineTrial, double> perPacket) =>
        Math.Max(0, (perPacket(Large) - perPacket(Small)) / (Large.OctetsPerPacket - Small.OctetsPerPacket));
}
