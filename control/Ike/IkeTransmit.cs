namespace IpsecDp.Ike;

/// <summary>A datagram to send, without the non-ESP marker.</summary>
/// <param name="Path">From where to where.</param>
/// <param name="Message">The IKE message; whoever sends it does not change it, because it may be sent again.</param>
public readonly record struct IkeTransmit(IkePath Path, ReadOnlyMemory<byte> Message);
