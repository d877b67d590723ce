using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The IpGenericFilterAction statement: what becomes of the traffic of a rule.</summary>
internal sealed record IpGenericFilterAction(string Name, SourcePosition Position) : INamedStatement
{
    /// <summary>IpFilterAction: Permit, Deny or IpSec; Deny where the statement forgot it, which is an error of its own.</summary>
    public PolicyAction Action { get; init; } = PolicyAction.Discard;

    /// <summary>IpFilterLogging; No is the default.</summary>
    public FilterLogging Logging { get; init; }

    /// <summary>Where IpFilterLogging stands.</summary>
    public SourcePosition LoggingPosition { get; init; }

    /// <summary>DiscardAction ICMP.</summary>
    public bool DiscardsWithIcmp { get; init; }
}
