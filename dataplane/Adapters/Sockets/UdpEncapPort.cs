using System.Net;
using System.Threading.Channels;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Adapters.Sockets;

/// <summary>ESP in UDP on port 4500 (RFC 3948), with the IKE messages that share it.</summary>
/// <remarks>The socket carries payloads only: received packets get an IP and UDP header in front, sent ones have theirs read. The kernel's own ESP decapsulation (UDP_ENCAP) is not used.</remarks>
public sealed class UdpEncapPort : CipherSocketPort, IIkeChannel
{
    private readonly UdpSocketPair _sockets;
    private readonly UdpSender _sender;
    private readonly UdpReceiver _receiver;
    private readonly UdpReceiver? _marked;
    private readonly IkeInbox _ike;
    private readonly List<OffloadFeature> _features;
    private readonly UdpOffloads _disabled;

    private UdpEncapPort(UdpEncapOptions options, int mtu, UdpSocketPair sockets, PortCounters counters, CipherSidecar sidecar, IkeInbox ike, UdpReceiver receiver, UdpReceiver? marked, (ArrivalMark? Mark, string Otherwise) arrivals)
        : base($"udp:{sockets.Receiving.BoundPort()}", mtu, counters, sidecar, new MarkedFirst(receiver, marked), sockets.AllReceiving.Select(socket => socket.Descriptor), arrivals)
    {
        _sockets = sockets;
        _features = Configure(sockets, options);
        _disabled = options.Disabled;
        LocalEndPoint = new IPEndPoint(options.Local, sockets.Receiving.BoundPort());
        _sender = new UdpSender(sockets, options, mtu, counters, sidecar.Notices);
        (_ike, _receiver, _marked) = (ike, receiver, marked);
    }

    /// <inheritdoc/>
    public override bool FragmentsItself => true;

    /// <summary>The address and port bound to.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <inheritdoc/>
    public ChannelReader<IkeDatagram> Received => _ike.Reader;

    /// <summary>What passed beside the packets.</summary>
    public UdpEncapCounts Counts => _receiver.Counts + (_marked?.Counts ?? default) with { SegmentedSends = _sender.SegmentedSends, IkeReceived = _ike.Received, IkeDropped = _ike.Dropped };

    /// <summary>Opens the port in the calling thread's network namespace; throws <see cref="AdapterException"/>.</summary>
    public static UdpEncapPort Open(UdpEncapOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new AdapterException("a UDP encapsulation port needs Linux: on Windows take the WinDivert port.");
        }

        var sockets = UdpSocketPair.Open(options);
        try
        {
            var counters = new PortCounters();
            var sidecar = new CipherSidecar(
                options.Local,
                options.Mark,
                (options.Disabled & UdpOffloads.Icmp) == 0,
                (options.Disabled & UdpOffloads.Pass) == 0,
                options.Buffers,
                counters);
            var ike = new IkeInbox(options.IkeQueue);
            var marked = sockets.Marked is { } own ? Receiver(own) : null;
            return new UdpEncapPort(options, options.Mtu ?? LinkMtu.Of(options.Local), sockets, counters, sidecar, ike, Receiver(sockets.Receiving), marked, (options.Disabled & UdpOffloads.Arrivals) == 0 ? ArrivalMark.TryAttach(sockets.AllReceiving) : (null, "disabled by option"));

            UdpReceiver Receiver(NativeSocket socket) => new(socket.Descriptor, IpAddress.From(options.Local), (ushort)sockets.Receiving.BoundPort(), options, ike, counters);
        }
        catch (AdapterException)
        {
            sockets.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TrySend(ReadOnlySpan<byte> message, IPEndPoint local, IPEndPoint remote)
    {
        var destination = IpAddress.From(remote.Address);
        if (destination.Version == IpVersion.V4 != _sockets.IsV4 || !TryEnter())
        {
            return false;
        }

        Span<byte> marker = stackalloc byte[UdpEncapMarker.Length];
        UdpEncapMarker.Write(marker);
        var isSent = _sender.TrySend(marker, message, IpAddress.From(local.Address), destination, remote.Port);
        Leave();
        return isSent;
    }

    private protected override IEnumerable<OffloadFeature> OwnFeatures()
    {
        var isOff = (_disabled & UdpOffloads.Segmentation) != 0;
        var reason = isOff ? "disabled by option" : _sender.IsSegmenting ? "" : "the kernel refused a segmented message";
        return [new OffloadFeature("gso", _sender.IsSegmenting, reason), .. _features];
    }

    private protected override void SendInside(PacketBatch batch) => _sender.Send(batch);

    private protected override void Release()
    {
        _receiver.Dispose();
        _marked?.Dispose();
        _ike.End();
        _sockets.Dispose();
    }

    private static List<OffloadFeature> Configure(UdpSocketPair sockets, UdpEncapOptions options)
    {
        var features = new List<OffloadFeature>();
        var isCoalescing = (options.Disabled & UdpOffloads.Coalescing) == 0;
        var error = 0;
        foreach (var receiving in sockets.AllReceiving)
        {
            ReceiveNotes(receiving);
            error = isCoalescing ? receiving.TrySet(SocketNumbers.LevelUdp, SocketNumbers.UdpReceiveOffload, 1) : 0;
        }

        features.Add(new OffloadFeature("gro", isCoalescing && error == 0, !isCoalescing ? "disabled by option" : error == 0 ? "" : Errno.Text(error)));
        if ((options.Disabled & UdpOffloads.LargeBuffers) != 0)
        {
            features.Add(new OffloadFeature("large buffers", false, "disabled by option"));
        }
        else
        {
            var granted = sockets.EnlargeBuffers(options.SocketBuffer);
            features.Add(new OffloadFeature("large buffers", granted >= options.SocketBuffer, $"{granted} octets granted"));
        }

        features.Add(new OffloadFeature("df per packet", sockets.IsPair, sockets.IsPair ? "" : "no second socket on the port: DF is set on all packets"));
        features.Add(new OffloadFeature("precedence", sockets.Marked is not null, sockets.Marked is not null ? "" : options.SortsByPrecedence ? "no socket of its own on the port" : "not asked for"));
        return features;
    }

    private static void ReceiveNotes(NativeSocket socket)
    {
        if (socket.IsV4)
        {
            _ = socket.TrySet(SocketNumbers.LevelIp, SocketNumbers.IpPacketInfo, 1);
            _ = socket.TrySet(SocketNumbers.LevelIp, SocketNumbers.IpReceiveTos, 1);
            _ = socket.TrySet(SocketNumbers.LevelIp, SocketNumbers.IpReceiveTtl, 1);
            return;
        }

        _ = socket.TrySet(SocketNumbers.LevelIpv6, SocketNumbers.Ipv6ReceivePacketInfo, 1);
        _ = socket.TrySet(SocketNumbers.LevelIpv6, SocketNumbers.Ipv6ReceiveTrafficClass, 1);
        _ = socket.TrySet(SocketNumbers.LevelIpv6, SocketNumbers.Ipv6ReceiveHopLimit, 1);
    }
}
