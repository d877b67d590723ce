using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>What a buffer remembers of the packet the kernel holds for it, in the one word of its port mark.</summary>
/// <param name="Value">The word: id, queue, flags, and a digest of the destination.</param>
internal readonly record struct QueueMark(long Value)
{
    private const int QueueAt = 32;
    private const long Superframe = 1L << 33;
    private const long Version6 = 1L << 34;
    private const int DigestAt = 40;
    private const uint DigestMask = 0xFF_FFFF;

    /// <summary>The number the kernel gave.</summary>
    public uint Id => (uint)Value;

    /// <summary>Which of its socket's two queues it waits in.</summary>
    public int Queue => (int)(Value >> QueueAt) & 1;

    /// <summary>Whether what waits is a superframe, which no other packet may replace.</summary>
    public bool IsSuperframe => (Value & Superframe) != 0;

    /// <summary>Whether an IPv4 packet waits.</summary>
    public bool IsV4 => (Value & Version6) == 0;

    /// <summary>The mark of a packet.</summary>
    public static QueueMark Of(uint id, int queue, bool isSuperframe, IpAddress destination) => new(
        id | ((long)queue << QueueAt) | (isSuperframe ? Superframe : 0) | (destination.Version == IpVersion.V4 ? 0 : Version6) | ((long)Digest(destination) << DigestAt));

    /// <summary>Whether the packet that waits goes to this address, so that what replaces it keeps its route.</summary>
    /// <remarks>24 bits tell: were two addresses taken for one, a sealed packet would leave by the other's route, and no clear one.</remarks>
    public bool GoesTo(IpAddress destination) => (uint)(Value >>> DigestAt) == Digest(destination) && destination.Version == IpVersion.V4 == IsV4;

    private static uint Digest(IpAddress address)
    {
        var folded = (ulong)address.Value ^ ((ulong)(address.Value >> 64) * 0x9E37_79B9_7F4A_7C15);
        return (uint)((folded * 0x9E37_79B9_7F4A_7C15) >> 40) & DigestMask;
    }
}
