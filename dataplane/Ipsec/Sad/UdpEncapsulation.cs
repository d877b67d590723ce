namespace IpsecDp.Ipsec.Sad;

/// <summary>The UDP ports ESP travels under (RFC 3948); 4500 on both sides unless a NAT changed the peer's.</summary>
public readonly record struct UdpEncapsulation(ushort LocalPort, ushort RemotePort)
{
    /// <summary>The registered port.</summary>
    public const ushort Port = 4500;

    /// <summary>The registered port on both sides.</summary>
    /// <remarks>Written out: a struct's implicit constructor would win over defaults and give port 0.</remarks>
    public UdpEncapsulation()
        : this(Port, Port)
    {
    }
}
