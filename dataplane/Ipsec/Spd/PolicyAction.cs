namespace IpsecDp.Ipsec.Spd;

/// <summary>What a rule does with a packet (RFC 4301 §4.4.1).</summary>
public enum PolicyAction : byte
{
    /// <summary>It goes no further (z/OS Deny).</summary>
    Discard,

    /// <summary>It goes on in clear (z/OS Permit).</summary>
    Bypass,

    /// <summary>It goes on in its tunnel's SAs, and must arrive in them (z/OS IpSec).</summary>
    Protect,
}
