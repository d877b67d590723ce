using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The IpFilterRule statement: whose traffic, which traffic, and what becomes of it.</summary>
internal sealed record IpFilterRule(string Name, SourcePosition Position) : INamedStatement
{
    /// <summary>This host's side.</summary>
    public required AddressChoice Source { get; init; }

    /// <summary>The other side.</summary>
    public required AddressChoice Destination { get; init; }

    /// <summary>The service or group of services; null for all traffic both ways.</summary>
    public Use<IpService>? Service { get; init; }

    /// <summary>What becomes of it; null is an error, reported where the rule stands.</summary>
    public Use<IpGenericFilterAction>? Action { get; init; }

    /// <summary>The manual tunnel of an IpSec rule.</summary>
    public Use<IpManVpnAction>? ManualVpn { get; init; }

    /// <summary>The dynamic tunnel of an IpSec rule.</summary>
    public Use<IpDynVpnAction>? DynamicVpn { get; init; }

    /// <summary>How its dynamic tunnel starts here.</summary>
    public Use<IpLocalStartAction>? LocalStart { get; init; }
}
