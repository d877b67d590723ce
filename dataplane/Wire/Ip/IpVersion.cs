namespace IpsecDp.Wire.Ip;

/// <summary>The version field of an IP header.</summary>
public enum IpVersion : byte
{
    /// <summary>RFC 791.</summary>
    V4 = 4,

    /// <summary>RFC 8200.</summary>
    V6 = 6,
}
