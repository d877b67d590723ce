using IpsecDp.Adapters.Linux;
using IpsecDp.Crypto;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ports.Wrappers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Print;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>Proves what leaves in clear: one capture takes only what the kernel's filter does not know as ESP, so that none of it is missed; another looks into the ESP.</summary>
internal sealed class WireWatch : IDisposable
{
    private const int StrangerBuffer = 4 << 20;
    private const int ContentBuffer = 64 << 20;
    private const int MostLines = 8;
    private const ushort Arp = 0x0806;
    private const byte LeastListenerType = 130;
    private const byte MostListenerType = 132;
    private const byte ListenerReportV2 = 143;
    private const byte NeighbourHopLimit = 255;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly LinkCapture _strangers;
    private readonly LinkCapture _content;
    private readonly LabSite _a;
    private readonly LabSite _b;
    private readonly bool _isInUdp;
    private readonly bool _isSecret;
    private readonly WireRecorder? _recorder;
    private readonly EspFragments _fragments;
    private readonly FlowThreads _threads = new();
    private readonly List<string> _lines = [];
    private readonly long[] _byDscp = new long[64];
    private volatile bool _isStopping;
    private long _espPackets;
    private long _espOctets;
    private long _housekeeping;
    private long _keyExchange;
    private long _strangerFrames;
    private long _readable;

    /// <summary>Begins to hear A's end of the link; throws <see cref="Adapters.AdapterException"/>.</summary>
    public WireWatch(LabSite a, LabSite b, CipherSuite suite, bool isInUdp, WireRecorder? recorder)
    {
        (_a, _b, _isInUdp, _recorder) = (a, b, isInUdp, recorder);
        _fragments = new EspFragments(isInUdp ? (ushort)UdpPort : null);
        _isSecret = suite.Encryption is not (EncryptionAlgorithm.Null or EncryptionAlgorithm.AesGmac);
        var filter = LinkFilter.AllButEsp(a.EndpointAddress, b.EndpointAddress, isInUdp ? (ushort)UdpPort : null);
        _strangers = a.Space.Run(() => LinkCapture.Open(LabSite.Link, filter, StrangerBuffer));
        try
        {
            _content = a.Space.Run(() => LinkCapture.Open(LabSite.Link, LinkFilter.All, ContentBuffer));
        }
        catch
        {
            _strangers.Dispose();
            throw;
        }

        _threads.Start("wire, strangers", WatchStrangers);
        _threads.Start("wire, content", WatchContent);
    }

    /// <summary>The UDP port of encapsulation in a lab, which has its namespaces for itself.</summary>
    public static int UdpPort => Ipsec.Sad.UdpEncapsulation.Port;

    /// <summary>What ended a capture, or null.</summary>
    public Exception? Failure => _threads.Failure;

    /// <summary>Reads what is waiting, ends, and says what was seen.</summary>
    public WireSummary Stop()
    {
        _isStopping = true;
        _threads.Join();
        return new WireSummary
        {
            EspPackets = _espPackets,
            EspOctets = _espOctets,
            Housekeeping = _housekeeping,
            KeyExchange = _keyExchange,
            // A frame that did not fit even the first capture's buffer was no ESP either.
            Strangers = _strangerFrames + _strangers.Lost,
            StrangerLines = _lines,
            Readable = _readable,
            IsSecret = _isSecret,
            Missed = _content.Lost + _content.Unreadable,
            ByDscp = _byDscp.Select((count, dscp) => (count, dscp)).Where(entry => entry.count > 0).ToDictionary(entry => entry.dscp, entry => entry.count),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        _threads.Join();
        _strangers.Dispose();
        _content.Dispose();
    }

    private void WatchStrangers()
    {
        while (_strangers.TryReceive(Patience, out var frame, out var packet) || !_isStopping)
        {
            if (packet.IsEmpty)
            {
                continue;
            }

            if (IsHousekeeping(frame, packet) || IsErrorAboutProtection(packet))
            {
                _housekeeping++;
                continue;
            }

            if (IsKeyExchange(packet))
            {
                _keyExchange++;
                continue;
            }

            if (IpPacketView.TryView(packet, out var view) && IsBetweenEndpoints(view) && _fragments.Recognise(view))
            {
                continue;
            }

            _strangerFrames++;
            if (_lines.Count < MostLines)
            {
                _lines.Add($"{(frame.IsOutgoing ? "A > B" : "B > A")}, type 0x{frame.EtherType:x4}: {Describe(packet)}");
            }
        }
    }

    private void WatchContent()
    {
        while (_content.TryReceive(Patience, out var frame, out var packet) || !_isStopping)
        {
            if (packet.IsEmpty || frame.EtherType == Arp)
            {
                continue;
            }

            if (packet.IndexOf(KnownText.Marker) >= 0)
            {
                _readable++;
            }

            if (IsEsp(packet, out var dscp))
            {
                var count = frame.Segments.CountIn(packet.Length);
                _espPackets += count;
                _espOctets += packet.Length + ((count - 1) * frame.Segments.HeaderLength);
                _byDscp[dscp] += count;
            }

            _recorder?.Write(frame, packet);
        }
    }

    private static string Describe(Span<byte> packet)
    {
        Span<char> line = stackalloc char[PacketPrinter.MaximumLength];
        return new string(line[..PacketPrinter.Write(packet, line)]);
    }

    private bool IsEsp(Span<byte> packet, out int dscp)
    {
        dscp = 0;
        if (!IpPacketView.TryView(packet, out var view) || !IsBetweenEndpoints(view))
        {
            return false;
        }

        dscp = view.Tos >> 2;
        return _isInUdp
            ? view.Protocol == IpProtocol.Udp && UdpView.TryView(view.Payload, out var udp) && udp.DestinationPort == UdpPort && UdpEncapMarker.Classify(udp.Payload) == UdpEncapKind.Esp
            : view.Protocol == IpProtocol.Esp;
    }

    private bool IsKeyExchange(Span<byte> packet) =>
        IpPacketView.TryView(packet, out var view) && IsBetweenEndpoints(view) && view.Protocol == IpProtocol.Udp
        && UdpView.TryView(view.Payload, out var udp) && TryMessage(udp, out var message) && IkeHeader.TryRead(message, out var header, out _) && header.MajorVersion == 2;

    // RFC 4555 §3.3: behind the first exchange IKE is at port 4500 with a marker, though ESP is in IP.
    private static bool TryMessage(in UdpView udp, out ReadOnlySpan<byte> message)
    {
        var isMarked = udp.SourcePort == IkePath.NatPort && udp.DestinationPort == IkePath.NatPort && UdpEncapMarker.Classify(udp.Payload) == UdpEncapKind.Ike;
        message = isMarked ? udp.Payload[UdpEncapMarker.Length..] : udp.Payload;
        return isMarked || (udp.SourcePort == IkePath.Port && udp.DestinationPort == IkePath.Port);
    }

    private bool IsBetweenEndpoints(in IpPacketView view) =>
        (view.Source == _a.EndpointAddress && view.Destination == _b.EndpointAddress) || (view.Source == _b.EndpointAddress && view.Destination == _a.EndpointAddress);

    // A host whose data plane has just ended answers ESP, and the farewell of IKE, with an ICMP error (RFC 1122 §3.2.2, RFC 4443 §3.4); it quotes sealed octets and nothing else.
    private bool IsErrorAboutProtection(Span<byte> packet)
    {
        if (!IpPacketView.TryView(packet, out var view) || !IsBetweenEndpoints(view) || !IcmpView.TryView(view.Payload, out var icmp))
        {
            return false;
        }

        var isError = view.Protocol switch
        {
            IpProtocol.Icmp => IcmpType.IsError(icmp.Type),
            IpProtocol.Icmpv6 => IcmpType.IsV6Error(icmp.Type),
            _ => false,
        };
        return isError && QuotedPacketView.TryView(icmp.Body, out var quoted)
            && (quoted.Protocol == IpProtocol.Esp || (quoted.Protocol == IpProtocol.Udp && quoted.SourcePort is IkePath.Port or IkePath.NatPort))
            && ((quoted.Source == _a.EndpointAddress && quoted.Destination == _b.EndpointAddress) || (quoted.Source == _b.EndpointAddress && quoted.Destination == _a.EndpointAddress));
    }

    // Neighbour discovery never leaves a link (RFC 4861 §7.1.1), and listener reports go to the link's own groups (RFC 3810 §5).
    private static bool IsHousekeeping(LinkFrame frame, Span<byte> packet)
    {
        if (frame.EtherType == Arp)
        {
            return true;
        }

        if (!IpPacketView.TryView(packet, out var view) || view.Protocol != IpProtocol.Icmpv6 || !IcmpView.TryView(view.Payload, out var icmp))
        {
            return false;
        }

        return icmp.Type switch
        {
            >= IcmpType.V6RouterSolicitation and <= IcmpType.V6Redirect => view.HopLimit == NeighbourHopLimit,
            (>= LeastListenerType and <= MostListenerType) or ListenerReportV2 => view.HopLimit == 1 && view.Destination.IsMulticast,
            _ => false,
        };
    }
}
