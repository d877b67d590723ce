using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>What the host believes a path carries, which is what the data plane told it by ICMP or the link's MTU: by it a TCP superframe is cut, for a queue does not tell the size its sender meant, and what takes a held packet's place must not exceed it.</summary>
internal sealed class HostMtus : IDisposable
{
    // RFC 791 §3.1: net.ipv4.route.min_pmtu keeps what anybody claims above this; RFC 8200 §5 for IPv6.
    private const int FloorV4 = 552;
    private const int FloorV6 = 1280;
    private const int Slots = 1024;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Entry?[] _entries = new Entry?[Slots];
    private readonly RouteProbe? _v4 = TryOpen(isV4: true);
    private readonly RouteProbe? _v6 = TryOpen(isV4: false);
    private readonly int _linkMtu;
    private readonly TimeProvider _time;

    /// <summary>Asks the routes of the calling thread's network namespace.</summary>
    public HostMtus(int linkMtu, TimeProvider time) => (_linkMtu, _time) = (linkMtu, time);

    /// <summary>Octets of payload for each packet to a destination behind a header.</summary>
    public int PayloadFor(IpAddress destination, int headerLength) => Math.Max(1, MtuTo(destination) - headerLength);

    /// <summary>Whether the host's stack sends a packet of a length on as it is.</summary>
    public bool Fits(IpAddress destination, int length) => length <= FloorOf(destination) || length <= MtuTo(destination);

    /// <summary>Learns at once, where the route would say so a moment later, from a packet that tells the host of one too big.</summary>
    public void Learn(PacketBuffer packet)
    {
        if (IpPacketView.TryView(packet.Packet, out var view) && view.Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6
            && PacketTooBig.TryRead(view, out var mtu, out var quoted))
        {
            var entry = Find(quoted.Destination);
            entry.Mtu = Math.Min(entry.Mtu, Math.Max(mtu, FloorOf(quoted.Destination)));
            entry.Since = _time.GetTimestamp();
        }
    }

    public void Dispose()
    {
        _v4?.Dispose();
        _v6?.Dispose();
    }

    private static int FloorOf(IpAddress destination) => destination.Version == IpVersion.V4 ? FloorV4 : FloorV6;

    private static RouteProbe? TryOpen(bool isV4) =>
        NativeSocket.TryOpen(isV4, SocketNumbers.TypeDatagram, 0, out _) is { } socket ? new RouteProbe(socket, scope: 0) : null;

    private int MtuTo(IpAddress destination)
    {
        var entry = Find(destination);
        if (_time.GetElapsedTime(entry.Since) >= Fresh)
        {
            Probe(entry);
        }

        return entry.Mtu;
    }

    private Entry Find(IpAddress destination)
    {
        ref var slot = ref _entries[(int)((uint)destination.GetHashCode() % Slots)];
        if (Volatile.Read(ref slot) is { } known && known.Destination == destination)
        {
            return known;
        }

        // Another destination of the same slot is asked for anew when its turn comes.
        var entry = new Entry(destination);
        Probe(entry);
        Volatile.Write(ref slot, entry);
        return entry;
    }

    private void Probe(Entry entry)
    {
        var mtu = (entry.Destination.Version == IpVersion.V4 ? _v4 : _v6)?.MtuTo(entry.Destination) ?? 0;
        entry.Mtu = mtu > 0 ? Math.Min(mtu, _linkMtu) : _linkMtu;
        entry.Since = _time.GetTimestamp();
    }

    // Threads that meet here at worst ask twice.
    private sealed class Entry(IpAddress destination)
    {
        private int _mtu;
        private long _since;

        public IpAddress Destination { get; } = destination;

        public int Mtu { get => Volatile.Read(ref _mtu); set => Volatile.Write(ref _mtu, value); }

        public long Since { get => Volatile.Read(ref _since); set => Volatile.Write(ref _since, value); }
    }
}
