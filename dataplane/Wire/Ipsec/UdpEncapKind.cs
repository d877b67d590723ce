namespace IpsecDp.Wire.Ipsec;

/// <summary>What the payload of a datagram on port 4500 is (RFC 3948 §2).</summary>
public enum UdpEncapKind : byte
{
    /// <summary>Neither a keepalive nor long enough to be anything else.</summary>
    TooShort,

    /// <summary>A NAT keepalive, to be ignored (RFC 3948 §2.3).</summary>
    Keepalive,

    /// <summary>An IKE message behind a non-ESP marker (RFC 3948 §2.2).</summary>
    Ike,

    /// <summary>An ESP packet (RFC 3948 §2.1).</summary>
    Esp,
}
