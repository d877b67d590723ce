namespace IpsecDp.Ike.Messages.Notifies;

/// <summary>IANA "IKEv2 Redirect Gateway Identity Types" (RFC 5685 §6).</summary>
public enum GatewayType : byte
{
    /// <summary>Four octets.</summary>
    Ipv4Address = 1,

    /// <summary>Sixteen octets.</summary>
    Ipv6Address = 2,

    /// <summary>A name.</summary>
    Fqdn = 3,
}
