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

    // Destinations that share a set and are asked about in turn must not push each other out: eight stay.
    private const int Sets = 256;
    private const int Ways = 8;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Entry?[] _entries = new Entry?[Sets * Ways];
    private readonly Func<IpAddress, int> _route;
    private readonly RouteProbe? _v4;
    private readonly RouteProbe? _v6;
    private readonly int _linkMtu;
    private readonly TimeProvider _time;

    /// <summary>Asks the routes of the calling thread's network namespace.</summary>
    public HostMtus(int linkMtu, TimeProvider time)
    {
        (_linkMtu, _time) = (linkMtu, time);
        (_v4, _v6) = (TryOpen(isV4: true), TryOpen(isV4: false));
        _route = destination => (destination.Version == IpVersion.V4 ? _v4 : _v6)?.MtuTo(destination) ?? 0;
    }

    /// <summary>Asks whoever is given; 0 is no route.</summary>
    public HostMtus(int linkMtu, TimeProvider time, Func<IpAddress, int> route) => (_linkMtu, _time, _route) = (linkMtu, time, route);

    /// <summary>The set a destination shares with others.</summary>
    public static int SetOf(IpAddress destination) => (int)((uint)destination.GetHashCode() % Sets);

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
            var entry = Find(quoted.Destination) ?? Place(quoted.Destination, OldestOf(quoted.Destination));
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
        if (Find(destination) is { } known)
        {
            if (_time.GetElapsedTime(known.Since) >= Fresh)
            {
                Ask(known);
            }

            return known.Mtu;
        }

        // A ninth destination of a set within a second waits for its place with what every path carries: a look-up for each of its packets would cost more.
        if (OldestOf(destination) is var oldest && _entries[oldest] is { } other && _time.GetElapsedTime(other.Since) < Fresh)
        {
            return FloorOf(destination);
        }

        var entry = Place(destination, oldest);
        Ask(entry);
        return entry.Mtu;
    }

    private Entry? Find(IpAddress destination)
    {
        foreach (ref var place in Set(destination))
        {
            if (Volatile.Read(ref place) is { } known && known.Destination == destination)
            {
                return known;
            }
        }

        return null;
    }

    private Span<Entry?> Set(IpAddress destination) => _entries.AsSpan(SetOf(destination) * Ways, Ways);

    private int OldestOf(IpAddress destination)
    {
        var oldest = SetOf(destination) * Ways;
        for (var way = oldest; way < (SetOf(destination) + 1) * Ways; way++)
        {
            if (Volatile.Read(ref _entries[way]) is not { } entry)
            {
                return way;
            }

            oldest = entry.Since < _entries[oldest]!.Since ? way : oldest;
        }

        return oldest;
    }

    private Entry Place(IpAddress destination, int place)
    {
        var entry = new Entry(destination) { Mtu = _linkMtu, Since = _time.GetTimestamp() };
        Volatile.Write(ref _entries[place], entry);
        return entry;
    }

    private void Ask(Entry entry)
    {
        var mtu = _route(entry.Destination);
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
