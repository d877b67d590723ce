namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>Enterprise Extender between two VTAMs, one link per address pair; sizes are octets of IP packets.</summary>
/// <remarks>The sizes and shares are an assumption about such links, not a measurement: 3270 and LU 6.2 sessions make most packets, batch makes most octets of what is left.</remarks>
public sealed record EnterpriseExtenderModel
{
    /// <summary>High-priority connections per link: requests of 80 to 400 octets from host A, answers of 500 up to a whole BTU.</summary>
    public int HighConnections { get; init; } = 16;

    /// <summary>Medium-priority connections per link: 256 octets up to a whole BTU, one way, from A and B in turn.</summary>
    public int MediumConnections { get; init; } = 2;

    /// <summary>Low-priority connections per link: whole BTUs back to back, one way, from A and B in turn.</summary>
    public int LowConnections { get; init; } = 2;

    /// <summary>Packets a medium or low connection has under way at most.</summary>
    public int Window { get; init; } = 96;

    /// <summary>Packets after which the receiver reports status on the network port.</summary>
    public int StatusEvery { get; init; } = 32;

    /// <summary>Packets of a low connection's message; the ones after the first travel as fragments.</summary>
    public int PacketsPerMessage { get; init; } = 4;

    /// <summary>Packets per second ARB grants a low connection; 0 leaves it to the window.</summary>
    public int LowPacketsPerSecond { get; init; }

    /// <summary>Packets of a low connection's burst when paced.</summary>
    public int LowBurst { get; init; } = 16;

    /// <summary>Shortest think time of a high connection.</summary>
    public TimeSpan ShortestThink { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Longest think time of a high connection.</summary>
    public TimeSpan LongestThink { get; init; } = TimeSpan.FromMilliseconds(8);

    /// <summary>Time between TEST commands, LIVTIME of a z/OS XCA port.</summary>
    public TimeSpan Liveness { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between route setups of each host.</summary>
    public TimeSpan RouteSetup { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Turns per hundred that high, medium and low traffic get when all have something to send; signalling and network priority go first.</summary>
    public (int High, int Medium, int Low) Shares { get; init; } = (60, 15, 20);
}
