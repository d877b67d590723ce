namespace IpsecDp.Daemon;

/// <summary>What ESP and AH travel in.</summary>
public enum CipherEncapsulation : byte
{
    /// <summary>UDP (RFC 3948).</summary>
    Udp,

    /// <summary>IP itself, protocols 50 and 51.</summary>
    Esp,
}
