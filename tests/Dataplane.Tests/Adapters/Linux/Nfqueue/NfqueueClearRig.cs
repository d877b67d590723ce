using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

/// <summary>The host's face of a capture; its host is a UDP socket for what is injected and a raw and a UDP socket for what is sent.</summary>
internal sealed class NfqueueClearRig : ClearPortRig
{
    private const ushort HostPort = 4097;
    private const ushort FarPort = 4096;

    private readonly CaptureSpaces _spaces;
    private readonly NfqueueCapture _capture;
    private readonly HostSocket _host;
    private readonly Socket _raw;
    private readonly PacketRecorder _recorder;
    private readonly RigBuffers _buffers = new();

    private NfqueueClearRig(CaptureSpaces spaces, NfqueueCapture capture)
        : base(capture.ClearPorts[0])
    {
        _spaces = spaces;
        _capture = capture;
        _host = new HostSocket(spaces.Spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOfA, HostPort))), Complete);
        _raw = spaces.Spaces.A.Run(() => HostSocket.Raw(255));
        _recorder = new PacketRecorder(_host.Receive, _host.Interrupt);
    }

    public override int Outstanding => _buffers.Outstanding + _spaces.Buffers.Outstanding;

    public override bool TellsWaiting => true;

    public override bool CarriesSuperframes => true;

    // The loopback carries whatever a length field can say.
    public override bool RefusesOversize => false;

    public NfqueueCapture Capture => _capture;

    public static NfqueueClearRig Create()
    {
        var spaces = new CaptureSpaces();
        return new NfqueueClearRig(spaces, spaces.Open(CaptureSpaces.Plan([CaptureSpaces.Any(CaptureSpaces.A, CaptureSpaces.B, IpProtocol.Udp)])));
    }

    public override PacketBuffer Rent(int length) => _buffers.Rent(length);

    public override byte[] MakePacket(int number, int length)
    {
        var packet = MarkedPacket.Build(number, length, CaptureSpaces.B, CaptureSpaces.A, FarPort, HostPort);
        Identify(packet);
        return packet;
    }

    public override (byte[] Octets, Segmentation Segments) MakeSuperframe(int firstNumber, int count, int size)
    {
        var (octets, segments) = MarkedPacket.BuildSuperframe(firstNumber, count, size);
        new IpHeaderFields(CaptureSpaces.B, CaptureSpaces.A, IpProtocol.Udp, HopLimit: 64).Write(octets);
        UdpView.Write(octets.AsSpan(Ipv4View.MinimumHeaderLength), FarPort, HostPort);
        return (octets, segments);
    }

    public override void Feed(byte[] octets, Segmentation segments = default)
    {
        if (segments.Kind == SegmentKind.None)
        {
            _raw.SendTo(TurnedPacket.Of(octets), new IPEndPoint(NetworkNamespaces.AddressOfB, 0));
            return;
        }

        using var sender = _spaces.Spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOfA, 0)));
        // UDP_SEGMENT: the queue of what is no TCP has the kernel divide it, for it would not tell by which size.
        sender.SetRawSocketOption(17, 103, BitConverter.GetBytes((int)segments.Size));
        sender.SendTo(octets.AsSpan(segments.HeaderLength), new IPEndPoint(NetworkNamespaces.AddressOfB, FarPort));
    }

    public override bool Receive(PacketBatch batch)
    {
        var first = batch.Count;
        var isReceived = base.Receive(batch);
        TurnedPacket.Turn(batch, first);
        return isReceived;
    }

    public override void Send(PacketBatch batch)
    {
        using var pin = _spaces.Spaces.Pin();
        base.Send(batch);
    }

    public override RecordedPacket Drain() => _recorder.Take();

    protected override void Dispose(bool isDisposing)
    {
        base.Dispose(isDisposing);
        _recorder.Dispose();
        _host.Dispose();
        _raw.Dispose();
        _capture.Dispose();
        _spaces.Dispose();
    }

    private static byte[] Complete(byte[] payload)
    {
        var packet = new byte[MarkedPacket.HeaderLength + payload.Length];
        payload.CopyTo(packet, MarkedPacket.HeaderLength);
        new IpHeaderFields(CaptureSpaces.B, CaptureSpaces.A, IpProtocol.Udp, HopLimit: 64).Write(packet);
        UdpView.Write(packet.AsSpan(Ipv4View.MinimumHeaderLength), FarPort, HostPort).UpdateChecksum(CaptureSpaces.B, CaptureSpaces.A);
        Identify(packet);
        return packet;
    }

    // A raw socket fills an identification of 0 in.
    private static void Identify(byte[] packet)
    {
        Assert.True(Ipv4View.TryView(packet, out var view));
        view.Identification = 7;
        view.FragmentWord = 0x4000;
        view.UpdateChecksum();
    }
}
