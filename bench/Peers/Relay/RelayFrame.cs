namespace IpsecDp.Peers.Relay;

/// <summary>What the relay writes before the virtio header of a frame: one octet of kind and one that numbers superframes sent in two messages.</summary>
internal static class RelayFrame
{
    /// <summary>Octets before the virtio header.</summary>
    public const int PrefixLength = 2;

    /// <summary>Octets of struct virtio_net_hdr.</summary>
    public const int VirtioLength = 10;

    /// <summary>Every datagram of the message is a frame of its own.</summary>
    public const byte Frames = 1;

    /// <summary>The message is one superframe, cut without regard to what is in it.</summary>
    public const byte Whole = 2;

    /// <summary>The message is the front of a superframe; the next one has the rest.</summary>
    public const byte Front = 3;

    /// <summary>The rest.</summary>
    public const byte Rest = 4;

    /// <summary>Octets of the largest frame a TUN device gives or takes, its virtio header included.</summary>
    public const int Largest = VirtioLength + ushort.MaxValue;
}
