namespace IpsecDp.Ipsec.Sad;

/// <summary>What an SA protects (RFC 4301 §4.1).</summary>
public enum SaMode : byte
{
    /// <summary>The payload behind the packet's own IP header.</summary>
    Transport,

    /// <summary>The whole packet behind a new IP header.</summary>
    Tunnel,
}
