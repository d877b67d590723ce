using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Linux;

/// <summary>A raw ESP port in one namespace and the framework's raw socket of one protocol in the other.</summary>
internal sealed class RawEspRig : CipherPortRig
{
    private readonly byte _protocol;
    private readonly NetworkNamespaces _spaces;
    private readonly PortBuffers _portBuffers;
    private readonly HostSocket _peer;
    private readonly PacketRecorder _recorder;
    private readonly RigBuffers _buffers = new();

    private RawEspRig(byte protocol, NetworkNamespaces spaces, RawEspPort port, PortBuffers portBuffers)
        : base(port)
    {
        _protocol = protocol;
        _spaces = spaces;
        _portBuffers = portBuffers;
        _peer = new HostSocket(spaces.B.Run(() => HostSocket.Raw(protocol)), packet => packet);
        _recorder = new PacketRecorder(_peer.Receive, _peer.Interrupt);
    }

    public override int Outstanding => _buffers.Outstanding + _portBuffers.Outstanding;

    public override bool TellsWaiting => true;

    public static RawEspRig Create(byte protocol, bool sorts = false)
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        var spaces = new NetworkNamespaces();
        var buffers = new PortBuffers();
        var port = spaces.A.Run(() => RawEspPort.Open(new RawEspOptions { Local = NetworkNamespaces.AddressOfA, SortsByPrecedence = sorts, Buffers = buffers }));
        return new RawEspRig(protocol, spaces, port, buffers);
    }

    public override PacketBuffer Rent(int length) => _buffers.Rent(length);

    public override byte[] MakePacket(int number, int length)
    {
        var packet = MarkedPacket.Build(number, length);
        // A raw socket fills an identification of 0 in.
        var fields = new IpHeaderFields(IpAddress.From(NetworkNamespaces.AddressOfA), IpAddress.From(NetworkNamespaces.AddressOfB), _protocol, HopLimit: 64, Tos: 0x28, Identification: 7);
        fields.Write(packet);
        return packet;
    }

    public override void Feed(byte[] octets, Segmentation segments = default) =>
        _peer.Socket.SendTo(TurnedPacket.Of(octets), new IPEndPoint(NetworkNamespaces.AddressOfA, 0));

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
}
