using System.Net;
using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

/// <summary>The network's face of a capture in one namespace and the framework's raw socket of one protocol in the other.</summary>
internal sealed class NfqueueCipherRig : CipherPortRig
{
    private readonly byte _protocol;
    private readonly CaptureSpaces _spaces;
    private readonly NfqueueCapture _capture;
    private readonly HostSocket _peer;
    private readonly PacketRecorder _recorder;
    private readonly RigBuffers _buffers = new();

    private NfqueueCipherRig(byte protocol, CaptureSpaces spaces, NfqueueCapture capture)
        : base(capture.CipherPorts[0])
    {
        _protocol = protocol;
        _spaces = spaces;
        _capture = capture;
        _peer = new HostSocket(spaces.Spaces.B.Run(() => HostSocket.Raw(protocol)), packet => packet);
        _recorder = new PacketRecorder(_peer.Receive, _peer.Interrupt);
    }

    public override int Outstanding => _buffers.Outstanding + _spaces.Buffers.Outstanding;

    public override bool TellsWaiting => true;

    public static NfqueueCipherRig Create(byte protocol)
    {
        var spaces = new CaptureSpaces();
        return new NfqueueCipherRig(protocol, spaces, spaces.Open(CaptureSpaces.Everything));
    }

    public override PacketBuffer Rent(int length) => _buffers.Rent(length);

    public override byte[] MakePacket(int number, int length)
    {
        var packet = MarkedPacket.Build(number, length);
        // A raw socket fills an identification of 0 in.
        new IpHeaderFields(CaptureSpaces.A, CaptureSpaces.B, _protocol, HopLimit: 64, Tos: 0x28, Identification: 7).Write(packet);
        return packet;
    }

    public override void Feed(byte[] octets, Segmentation segments = default) =>
        _peer.Socket.SendTo(TurnedPacket.Of(octets), new IPEndPoint(NetworkNamespaces.AddressOfA, 0));

    public override void Send(PacketBatch batch)
    {
        using var pin = _spaces.Spaces.Pin();
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
        _capture.Dispose();
        _spaces.Dispose();
    }
}
