namespace IpsecDp.Peers.Relay;

/// <summary>One direction of the relay, which has a thread of its own.</summary>
internal interface IRelayDirection
{
    /// <summary>Frames and messages the kernel would not take, and what of a frame came without the rest.</summary>
    long Refused { get; }

    /// <summary>Relays until the TUN device or the socket is gone.</summary>
    void Run();
}
