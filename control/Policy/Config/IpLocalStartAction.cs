using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The IpLocalStartAction statement: where a negotiation of a rule goes when it starts here, and whether a packet may start it.</summary>
internal sealed record IpLocalStartAction(string Name, SourcePosition Position) : INamedStatement
{
    /// <summary>AllowOnDemand; null for what IpFilterPolicy says.</summary>
    public bool? AllowOnDemand { get; init; }

    /// <summary>LocalSecurityEndpointAddr(Ref).</summary>
    public EndpointChoice? Local { get; init; }

    /// <summary>RemoteSecurityEndpointAddr(Ref).</summary>
    public EndpointChoice? Remote { get; init; }
}
