namespace IpsecDp.Ipsec.Sad;

/// <summary>The UDP ports ESP travels under (RFC 3948); 4500 on both sides unless a NAT changed the peer's.</summary>
public readonly record struct UdpEncapsulation(ushort LocalPort = UdpEncapsulation.Port, ushort RemotePort = UdpEncapsulation.Port)
{
    /// <summary>The registered port.</summary>
    public const ushort Port = 4500;
}
