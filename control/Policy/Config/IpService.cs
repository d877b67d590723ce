using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Text;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Config;

/// <summary>The IpService statement: protocol, ports and direction of the traffic a rule looks at.</summary>
internal sealed record IpService(string Name, SourcePosition Position) : INamedStatement
{
    /// <summary>The protocol; null for all (the default).</summary>
    public byte? Protocol { get; init; }

    /// <summary>Ports of this host; null where not given or 0.</summary>
    public Placed<PortRange>? SourcePorts { get; init; }

    /// <summary>Ports of the other side; null where not given or 0.</summary>
    public Placed<PortRange>? DestinationPorts { get; init; }

    /// <summary>ICMP type; null for every type.</summary>
    public Placed<byte>? IcmpType { get; init; }

    /// <summary>ICMP code; null for every code.</summary>
    public Placed<byte>? IcmpCode { get; init; }

    /// <summary>BiDirectional (the default), Inbound or Outbound.</summary>
    public Placed<RuleDirection>? Direction { get; init; }

    /// <summary>Which packets by their way through this host; null for Local.</summary>
    public Placed<Routing>? Routing { get; init; }

    /// <summary>The security class; null or 0 for every one.</summary>
    public Placed<uint>? SecurityClass { get; init; }

    /// <summary>Whether a line of it could not be read, so that what the others come to is not judged.</summary>
    public bool HasFaults { get; init; }

    /// <summary>Whether only later fragments are meant; null for no.</summary>
    public Placed<bool>? FragmentsOnly { get; init; }
}
