using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec.Sad;

/// <summary>Which header an SA writes; the value is the IP protocol number.</summary>
public enum SaProtocol : byte
{
    /// <summary>RFC 4303.</summary>
    Esp = IpProtocol.Esp,

    /// <summary>RFC 4302.</summary>
    Ah = IpProtocol.Ah,
}
