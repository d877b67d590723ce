namespace IpsecDp.Workloads.Interactive;

/// <summary>Small TCP requests from host A, answered by host B with one to eight packets; sizes in payload octets.</summary>
public sealed record InteractiveModel
{
    /// <summary>Flows, each one transaction at a time.</summary>
    public int Flows { get; init; } = 32;

    /// <summary>Smallest request.</summary>
    public int SmallestRequest { get; init; } = 40;

    /// <summary>Largest request.</summary>
    public int LargestRequest { get; init; } = 320;

    /// <summary>Smallest response packet.</summary>
    public int SmallestResponse { get; init; } = 64;

    /// <summary>Largest response packet, cut to what the path carries.</summary>
    public int LargestResponse { get; init; } = 1400;

    /// <summary>Most packets of a response, 1 to 8.</summary>
    public int MostResponses { get; init; } = 8;

    /// <summary>Shortest time between an answer and the next request.</summary>
    public TimeSpan ShortestThink { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Longest such time.</summary>
    public TimeSpan LongestThink { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Port host B answers on.</summary>
    public ushort ServicePort { get; init; } = 3270;
}
