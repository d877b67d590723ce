namespace IpsecDp.Ike;

/// <summary>A datagram to send, without the non-ESP marker.</summary>
/// <param name="Path">From where to where.</param>
/// <param name="Message">The IKE message; whoever sends it does not change it, because it may be sent again.</param>
public readonly record struct IkeTransmit(IkePath Path, ReadOnlyMemory<byte> Message)
{
    private static readonly byte[] KeepaliveOctet = [0xFF];

    /// <summary>Whether it is a NAT keepalive (RFC 3948 §2.3): one octet, in front of which no marker stands.</summary>
    public bool IsKeepalive => Message.Length == 1;

    /// <summary>Whether the non-ESP marker is to be written in front.</summary>
    public bool TakesMarker => Path.HasMarker && !IsKeepalive;

    /// <summary>A keepalive.</summary>
    public static IkeTransmit Keepalive(IkePath path) => new(path, KeepaliveOctet);
}
