using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Adapters.Linux;

/// <summary>A TUN port in a namespace; its host is a UDP socket for what is injected and a raw and a UDP socket for what is sent.</summary>
internal sealed class TunRig : ClearPortRig
{
    private const ushort HostPort = 4097;
    private const ushort FarPort = 4096;
    private static readonly IPAddress Host = IPAddress.Parse("10.78.0.1");
    private static readonly IPAddress Far = IPAddress.Parse("10.78.0.2");

    private readonly NetworkNamespaces _spaces;
    private readonly TunDevice _device;
    private readonly PortBuffers _portBuffers;
    private readonly HostSocket _host;
    private readonly System.Net.Sockets.Socket _raw;
    private readonly PacketRecorder _recorder;
    private readonly RigBuffers _buffers = new();

    private TunRig(NetworkNamespaces spaces, TunDevice device, PortBuffers portBuffers)
        : base(device.Ports[0])
    {
        _spaces = spaces;
        _device = device;
        _portBuffers = portBuffers;
        _host = new HostSocket(spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(Host, HostPort))), Complete);
        _raw = spaces.A.Run(() => HostSocket.Raw(255));
        _recorder = new PacketRecorder(_host.Receive, _host.Interrupt);
    }

    public override int Outstanding => _buffers.Outstanding + _portBuffers.Outstanding;

    public override bool TellsWaiting => true;

    public override bool CarriesSuperframes => true;

    // The kernel takes any packet from a TUN: the sender's MTU is not the receiver's.
    public override bool RefusesOversize => false;

    public static TunRig Create(TunOffloads disabled)
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        var spaces = new NetworkNamespaces();
        var buffers = new PortBuffers();
        var device = spaces.A.Run(() =>
        {
            // Multicast listener reports would be traffic nobody sent.
            File.WriteAllText("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
            return TunDevice.Open(new TunOptions { Name = "tun0", Mtu = 1400, Addresses = [new InterfaceAddress(Host, 24)], Disabled = disabled, Buffers = buffers });
        });
        return new TunRig(spaces, device, buffers);
    }

    /// <summary>Makes every buffer a batch may need, for a pool makes one when more than ever before are out.</summary>
    public void FillPools()
    {
        PacketBuffer[] all =
        [
            .. Enumerable.Range(0, 2 * PacketBatch.DefaultCapacity).Select(_ => _portBuffers.Packets.TryRent()!),
            .. Enumerable.Range(0, 4).Select(_ => _portBuffers.Superframes.TryRent()!),
        ];
        Array.ForEach(all, buffer => buffer.Return());
    }

    public override PacketBuffer Rent(int length) => _buffers.Rent(length);

    public override byte[] MakePacket(int number, int length)
    {
        var packet = MarkedPacket.Build(number, length, IpAddress.From(Far), IpAddress.From(Host), FarPort, HostPort);
        Identify(packet);
        return packet;
    }

    public override (byte[] Octets, Segmentation Segments) MakeSuperframe(int firstNumber, int count, int size)
    {
        var (octets, segments) = MarkedPacket.BuildSuperframe(firstNumber, count, size);
        var fields = new IpHeaderFields(IpAddress.From(Far), IpAddress.From(Host), IpProtocol.Udp, HopLimit: 64);
        fields.Write(octets);
        UdpView.Write(octets.AsSpan(Ipv4View.MinimumHeaderLength), FarPort, HostPort);
        return (octets, segments);
    }

    public override void Feed(byte[] octets, Segmentation segments = default)
    {
        if (segments.Kind == SegmentKind.None)
        {
            _raw.SendTo(TurnedPacket.Of(octets), new IPEndPoint(Far, 0));
            return;
        }

        using var sender = _spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(Host, 0)));
        // UDP_SEGMENT, which the TUN hands on as a superframe where USO is on.
        sender.SetRawSocketOption(17, 103, BitConverter.GetBytes((int)segments.Size));
        sender.SendTo(octets.AsSpan(segments.HeaderLength), new IPEndPoint(Far, FarPort));
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
        _host.Dispose();
        _raw.Dispose();
        _device.Dispose();
        _spaces.Dispose();
    }

    private static byte[] Complete(byte[] payload)
    {
        var packet = new byte[MarkedPacket.HeaderLength + payload.Length];
        payload.CopyTo(packet, MarkedPacket.HeaderLength);
        new IpHeaderFields(IpAddress.From(Far), IpAddress.From(Host), IpProtocol.Udp, HopLimit: 64).Write(packet);
        UdpView.Write(packet.AsSpan(Ipv4View.MinimumHeaderLength), FarPort, HostPort).UpdateChecksum(IpAddress.From(Far), IpAddress.From(Host));
        Identify(packet);
        return packet;
    }

    // A raw socket fills an identification of 0 in; DF lets the port merge packets whatever it is.
    private static void Identify(byte[] packet)
    {
        Assert.True(Ipv4View.TryView(packet, out var view));
        view.Identification = 7;
        view.FragmentWord = 0x4000;
        view.UpdateChecksum();
    }
}
