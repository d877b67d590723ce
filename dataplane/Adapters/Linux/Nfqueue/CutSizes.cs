using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Into which size a TCP superframe is cut: a queue does not tell the one its sender meant, so it is what the link carries, until the data plane answered a sender that less fits (RFC 1191 §6.3).</summary>
internal sealed class CutSizes(int linkMtu, TimeProvider time)
{
    private const int Slots = 1024;

    // As long as the kernel keeps a path MTU it was told of (net.ipv4.route.mtu_expires).
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly Entry?[] _entries = new Entry?[Slots];

    /// <summary>Octets of payload for each packet to a destination behind a header.</summary>
    public int PayloadFor(IpAddress destination, int headerLength)
    {
        var mtu = linkMtu;
        if (Volatile.Read(ref _entries[SlotOf(destination)]) is { } entry && entry.Destination == destination && time.GetElapsedTime(entry.Since) < Life)
        {
            mtu = Math.Min(mtu, entry.Mtu);
        }

        return Math.Max(1, mtu - headerLength);
    }

    /// <summary>Learns from a packet on its way to the host, where it is the data plane's own answer to one too big.</summary>
    public void Learn(PacketBuffer packet)
    {
        if (!IpPacketView.TryView(packet.Packet, out var view) || view.Protocol is not (IpProtocol.Icmp or IpProtocol.Icmpv6)
            || !PacketTooBig.TryRead(view, out var mtu, out var quoted))
        {
            return;
        }

        var floor = view.Version == IpVersion.V4 ? Ipv4Floor : Ipv6Floor;
        Volatile.Write(ref _entries[SlotOf(quoted.Destination)], new Entry(quoted.Destination, Math.Max(mtu, floor), time.GetTimestamp()));
    }

    // RFC 791 §3.1: every host takes 576 octets; RFC 8200 §5: every link 1280.
    private const int Ipv4Floor = 576;
    private const int Ipv6Floor = 1280;

    private static int SlotOf(IpAddress destination) => (int)((uint)destination.GetHashCode() % Slots);

    private sealed record Entry(IpAddress Destination, int Mtu, long Since);
}
