using IpsecDp.Policy.Text;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Config;

/// <summary>The LocalDynVpnRule statement: traffic whose tunnel is started when the policy is loaded, or by command.</summary>
internal sealed record LocalDynVpnRule(string Name, SourcePosition Position) : INamedStatement
{
    /// <summary>LocalIp.</summary>
    public AddressRange? Local { get; init; }

    /// <summary>RemoteIp.</summary>
    public AddressRange? Remote { get; init; }

    /// <summary>LocalDataPort.</summary>
    public PortRange LocalPort { get; init; } = PortRange.Any;

    /// <summary>RemoteDataPort.</summary>
    public PortRange RemotePort { get; init; } = PortRange.Any;

    /// <summary>Protocol; null for all.</summary>
    public byte? Protocol { get; init; }

    /// <summary>AutoActivate.</summary>
    public bool IsAutomatic { get; init; }
}
