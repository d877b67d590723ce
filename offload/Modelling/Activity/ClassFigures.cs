namespace IpsecDp.Modelling.Activity;

/// <summary>One class of traffic in a trial: packets, and microseconds from the moment a packet arrived at the host, by the clock, until the other side had it.</summary>
public sealed record ClassFigures(string Name, long Offered, long Delivered, long Reordered, double P50, double P99, double P999, double Longest)
{
    /// <summary>Packets that did not arrive.</summary>
    public long Lost => Math.Max(0, Offered - Delivered);
}
