using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Sockets;

/// <summary>What every cipher port has beside its own sockets: ICMP about path MTU, notices of the own link, and a raw socket for whole packets; what the process may not have is missing, with a reason.</summary>
internal sealed class CipherSidecar : IDisposable
{
    private const int SendBuffer = 8 << 20;

    private readonly IcmpListener? _icmp;
    private readonly List<OffloadFeature> _features = [];
    private readonly PortCounters _counters;

    /// <summary>Opens what <paramref name="wantsIcmp"/> and <paramref name="wantsRaw"/> ask for; throws <see cref="AdapterException"/> when not even a plain socket is to be had.</summary>
    public CipherSidecar(IPAddress local, int mark, bool wantsIcmp, bool wantsRaw, PortBuffers buffers, PortCounters counters)
    {
        _counters = counters;
        var address = IpAddress.From(local);
        var isV4 = address.Version == IpVersion.V4;
        var scope = local.AddressFamily == AddressFamily.InterNetworkV6 ? (uint)local.ScopeId : 0;
        var probe = NativeSocket.TryOpen(isV4, SocketNumbers.TypeDatagram, 0, out var error) ?? throw SocketRefusal.Opening("IP", error);
        Notices = new TooBigNotices(buffers, new RouteProbe(probe, scope));
        if (TryOpen("icmp", wantsIcmp, isV4, isV4 ? IpProtocol.Icmp : IpProtocol.Icmpv6) is { } icmp)
        {
            // An unfiltered listener still works, it only hears more than it wants.
            _ = IcmpListener.Filter(icmp);
            _ = mark == 0 ? 0 : IcmpListener.Ignore(icmp, mark + 1);
            ReceiveHeaderNotes(icmp);
            _icmp = new IcmpListener(icmp, buffers, counters);
        }

        if (TryOpen("raw send", wantsRaw, isV4, SocketNumbers.ProtocolRaw) is { } raw)
        {
            _ = mark == 0 ? 0 : raw.TrySet(SocketNumbers.LevelSocket, SocketNumbers.Mark, mark);
            // The path MTU the kernel keeps is the one the host was told for its clear packets; the data plane keeps its own.
            _ = isV4
                ? raw.TrySet(SocketNumbers.LevelIp, SocketNumbers.IpMtuDiscover, SocketNumbers.MtuDiscoverProbe)
                : raw.TrySet(SocketNumbers.LevelIpv6, SocketNumbers.Ipv6MtuDiscover, SocketNumbers.MtuDiscoverProbe);
            _ = raw.EnlargeBuffers(SendBuffer);
            Raw = new RawSender(raw, scope, buffers, counters, Notices);
        }
    }

    /// <summary>What is on and off, and why.</summary>
    public IReadOnlyList<OffloadFeature> Features => _features;

    /// <summary>Packets the own link refused as too big.</summary>
    public TooBigNotices Notices { get; }

    /// <summary>Sends whole packets; null where the process may not.</summary>
    public RawSender? Raw { get; }

    /// <summary>Descriptors to wait on.</summary>
    public IEnumerable<int> Descriptors => _icmp is null ? [Notices.Descriptor] : [Notices.Descriptor, _icmp.Descriptor];

    /// <summary>Asks a raw IPv6 socket to note all that the header said; IPv4 ones deliver the header.</summary>
    public static void ReceiveHeaderNotes(NativeSocket socket)
    {
        if (socket.IsV4)
        {
            return;
        }

        ReadOnlySpan<int> notes =
        [
            SocketNumbers.Ipv6ReceivePacketInfo, SocketNumbers.Ipv6ReceiveHopLimit, SocketNumbers.Ipv6ReceiveTrafficClass, SocketNumbers.Ipv6FlowInfo,
            SocketNumbers.Ipv6ReceiveHopOptions, SocketNumbers.Ipv6ReceiveRoutingHeader, SocketNumbers.Ipv6ReceiveDestinationOptions,
        ];
        foreach (var note in notes)
        {
            _ = socket.TrySet(SocketNumbers.LevelIpv6, note, 1);
        }
    }

    /// <summary>Adds what is waiting, up to <paramref name="limit"/> buffers in the batch.</summary>
    public void Drain(PacketBatch batch, int limit)
    {
        Notices.Drain(batch, limit);
        _icmp?.Drain(batch, limit);
    }

    /// <summary>Sends clear packets, or counts each as a failure where there is no raw socket.</summary>
    public void Pass(PacketBatch batch)
    {
        if (Raw is null)
        {
            _counters.AddSendFailures(PortCounters.PacketsIn(batch, 0));
            return;
        }

        Raw.Send(batch);
    }

    public void Dispose()
    {
        _icmp?.Dispose();
        Raw?.Dispose();
        Notices.Dispose();
    }

    private NativeSocket? TryOpen(string feature, bool isWanted, bool isV4, int protocol)
    {
        var error = 0;
        var socket = isWanted ? NativeSocket.TryOpen(isV4, SocketNumbers.TypeRaw, protocol, out error) : null;
        _features.Add(new OffloadFeature(feature, socket is not null, !isWanted ? "disabled by option" : socket is null ? $"{Errno.Text(error)}: needs CAP_NET_RAW" : ""));
        return socket;
    }
}
