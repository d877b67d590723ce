using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Adapters.Sockets;

/// <summary>A UDP encapsulation port in one namespace and the framework's UDP socket in the other.</summary>
internal sealed class UdpEncapRig : CipherPortRig
{
    private const int Port4500 = 4500;

    private readonly NetworkNamespaces _spaces;
    private readonly PortBuffers _portBuffers;
    private readonly HostSocket _peer;
    private readonly PacketRecorder _recorder;
    private readonly RigBuffers _buffers = new();

    private UdpEncapRig(NetworkNamespaces spaces, UdpEncapPort port, PortBuffers portBuffers)
        : base(port)
    {
        _spaces = spaces;
        _portBuffers = portBuffers;
        _peer = new HostSocket(spaces.B.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOfB, Port4500))), Complete);
        _recorder = new PacketRecorder(_peer.Receive, _peer.Interrupt);
    }

    public override int Outstanding => _buffers.Outstanding + _portBuffers.Outstanding;

    public override bool TellsWaiting => true;

    public override bool CarriesSuperframes => true;

    // Without DF the system fragments.
    public override bool RefusesOversize => false;

    public static UdpEncapRig Create(UdpOffloads disabled, bool wholeDatagrams = false, bool sorts = false)
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        var spaces = new NetworkNamespaces();
        var buffers = new PortBuffers();
        var port = spaces.A.Run(() => UdpEncapPort.Open(new UdpEncapOptions { Local = NetworkNamespaces.AddressOfA, Disabled = disabled, WholeDatagrams = wholeDatagrams, SortsByPrecedence = sorts, Buffers = buffers }));
        return new UdpEncapRig(spaces, port, buffers);
    }

    public override PacketBuffer Rent(int length) => _buffers.Rent(length);

    public override byte[] MakePacket(int number, int length)
    {
        var packet = MarkedPacket.Build(number, length);
        WriteHeaders(packet);
        return packet;
    }

    public override (byte[] Octets, Segmentation Segments) MakeSuperframe(int firstNumber, int count, int size)
    {
        var (octets, segments) = MarkedPacket.BuildSuperframe(firstNumber, count, size);
        WriteHeaders(octets);
        return (octets, segments);
    }

    public override void Feed(byte[] octets, Segmentation segments = default)
    {
        if (segments.Kind == SegmentKind.None)
        {
            _peer.Socket.SendTo(octets.AsSpan(MarkedPacket.HeaderLength), new IPEndPoint(NetworkNamespaces.AddressOfA, Port4500));
            return;
        }

        using var sender = _spaces.B.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOfB, 0)));
        sender.SetRawSocketOption(17, 103, BitConverter.GetBytes((int)segments.Size));
        sender.SendTo(octets.AsSpan(segments.HeaderLength), new IPEndPoint(NetworkNamespaces.AddressOfA, Port4500));
    }

    public override void Send(PacketBatch batch)
    {
        using var pin = _spaces.Pin();
        base.Send(batch);
    }

    public override bool Receive(PacketBatch batch)
    {
        var first = batch.Count;
        var isReceived = base.Receive(batch);
        TurnedPacket.Turn(batch, first);
        return isReceived;
    }

    public override RecordedPacket Drain() => _recorder.Take();

    protected override void Dispose(bool isDisposing)
    {
        base.Dispose(isDisposing);
        _recorder.Dispose();
        _peer.Dispose();
        _spaces.Dispose();
    }

    private static byte[] Complete(byte[] payload)
    {
        var packet = new byte[MarkedPacket.HeaderLength + payload.Length];
        payload.CopyTo(packet, MarkedPacket.HeaderLength);
        WriteHeaders(packet);
        return packet;
    }

    // The headers the port writes: no identification, no UDP checksum (RFC 3948 §2.1).
    private static void WriteHeaders(byte[] packet)
    {
        var fields = new IpHeaderFields(IpAddress.From(NetworkNamespaces.AddressOfA), IpAddress.From(NetworkNamespaces.AddressOfB), IpProtocol.Udp, HopLimit: 64);
        fields.Write(packet);
        UdpView.Write(packet.AsSpan(Ipv4View.MinimumHeaderLength), Port4500, Port4500);
    }
}
