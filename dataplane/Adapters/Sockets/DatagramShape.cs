using IpsecDp.Adapters.Linux;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Adapters.Sockets;

/// <summary>How a received message divides into datagrams: the kernel's claim, looked at against the octets that arrived.</summary>
internal readonly record struct DatagramShape
{
    private DatagramShape(int length, int size) => (Length, Size) = (length, size);

    /// <summary>Octets of all datagrams.</summary>
    public int Length { get; }

    /// <summary>Octets of each datagram, of which the last may be shorter.</summary>
    public int Size { get; }

    /// <summary>Datagrams it stands for; an empty one is one too.</summary>
    public int Count => Length <= Size ? 1 : (Length + Size - 1) / Size;

    /// <summary>Takes a claim, null where the kernel makes none; false for one that contradicts what arrived.</summary>
    public static bool TryRead(int length, int? claimedSize, out DatagramShape shape)
    {
        shape = new DatagramShape(length, claimedSize ?? length);
        return claimedSize is null or > 0 && shape.Size <= length;
    }

    /// <summary>Whether it can be one superframe: several datagrams, no more than the data plane takes at once, each an ESP packet.</summary>
    public bool IsCipherSuperframe(ReadOnlySpan<byte> payload)
    {
        if (Count is 1 or > SegmentMerger.MaximumPackets)
        {
            return false;
        }

        for (; payload.Length > Size; payload = payload[Size..])
        {
            if (UdpEncapMarker.Classify(payload[..Size]) != UdpEncapKind.Esp)
            {
                return false;
            }
        }

        return UdpEncapMarker.Classify(payload) == UdpEncapKind.Esp;
    }
}
