using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>The straight line through measured costs of jobs of different sizes: what a job costs, and what each of its packets adds.</summary>
internal static class StageFit
{
    /// <summary>Least squares over (packets of a job, nanoseconds of a job); neither part is negative, and jobs of one size give all to the packets.</summary>
    public static StageCost Through(IReadOnlyList<(double Packets, double Nanoseconds)> points)
    {
        var x = points.Average(point => point.Packets);
        var y = points.Average(point => point.Nanoseconds);
        var spread = points.Sum(point => (point.Packets - x) * (point.Packets - x));
        var slope = spread < 1e-9 ? y / x : points.Sum(point => (point.Packets - x) * (point.Nanoseconds - y)) / spread;
        slope = Math.Clamp(slope, 0, y / x);
        return new StageCost(Math.Max(0, y - (slope * x)), slope);
    }

    /// <summary>The same where it is known what an octet of each adds; no part is negative, so that an octet adds no more than either job costs.</summary>
    public static StageCost Through((double Packets, double Octets, double Nanoseconds) small, (double Packets, double Octets, double Nanoseconds) large, double perOctet)
    {
        var octet = perOctet > 0 ? Math.Min(perOctet, Math.Min(small.Nanoseconds / small.Octets, large.Nanoseconds / large.Octets)) : 0;
        return Through((small.Packets, small.Nanoseconds - (octet * small.Octets)), (large.Packets, large.Nanoseconds - (octet * large.Octets))) with { PerOctet = octet };
    }

    /// <summary>The line through a small job and a large one that keeps the large one exact: saturation is what a projection is asked for.</summary>
    public static StageCost Through((double Packets, double Nanoseconds) small, (double Packets, double Nanoseconds) large)
    {
        var slope = large.Packets - small.Packets < 1 ? large.Nanoseconds / large.Packets : (large.Nanoseconds - small.Nanoseconds) / (large.Packets - small.Packets);
        slope = Math.Clamp(slope, 0, large.Nanoseconds / large.Packets);
        return new StageCost(large.Nanoseconds - (slope * large.Packets), slope);
    }
}
