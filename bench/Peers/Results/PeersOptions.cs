using IpsecDp.Peers.Contenders;
using IpsecDp.Peers.Measures;

namespace IpsecDp.Peers.Results;

/// <summary>What was asked for on the command line.</summary>
internal sealed record PeersOptions
{
    /// <summary>Who takes part.</summary>
    public required IReadOnlyList<string> Contenders { get; init; }

    /// <summary>What is measured.</summary>
    public required IReadOnlyList<IMeasure> Measures { get; init; }

    /// <summary>How often everybody has a turn.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How long traffic is offered for one figure.</summary>
    public int Seconds { get; init; } = 3;

    /// <summary>Where the threads of relay and product run.</summary>
    public Placement Placement { get; init; } = Placement.Free;

    /// <summary>wireguard-go's program.</summary>
    public string WireGuardGo { get; init; } = "wireguard-go";

    /// <summary>Where the document goes, null for nowhere.</summary>
    public string? JsonFile { get; init; }

    /// <summary>Where the chart goes, null for nowhere.</summary>
    public string? SvgFile { get; init; }
}
