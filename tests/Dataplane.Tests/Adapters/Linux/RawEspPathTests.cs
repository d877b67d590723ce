using System.Buffers.Binary;
using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Adapters.Linux;

/// <summary>Raw ESP and AH between two ports: what IPv6 sockets take off is put back, and what does not fit is told.</summary>
public sealed class RawEspPathTests : IDisposable
{
    private const string A = "fd77::1";
    private const string B = "fd77::2";
    private const int Burst = 40;
    private const int LeastInBursts = 20 * Burst;
    private const int MostInBursts = 10_000 * Burst;
    private readonly NetworkNamespaces? _spaces = NetworkNamespaces.Hindrance is null ? new NetworkNamespaces() : null;
    private readonly RigBuffers _buffers = new();
    private readonly PortBuffers _portBuffers = new();

    public void Dispose() => _spaces?.Dispose();

    [Theory]
    [InlineData(IpProtocol.Esp)]
    [InlineData(IpProtocol.Ah)]
    public void Receive_V6_HeaderIsWrittenAnewOctetForOctet(byte protocol)
    {
        var packet = PacketBuilder.Ip(A, B, protocol).Payload(300).Tos(0xB8).HopLimit(77).FlowLabel(0xABCDE).Build();
        AssertCarried(IPAddress.Parse(A), IPAddress.Parse(B), packet);
    }

    [Fact]
    public void Receive_V6WithExtensionHeaders_TheyArePutBack()
    {
        // Both with PadN alone, of which Linux takes no more than seven octets.
        var packet = PacketBuilder.Ip(A, B, IpProtocol.Ah)
            .Extension(IpProtocol.HopByHop, 1, 4, 0, 0, 0, 0)
            .Extension(IpProtocol.DestinationOptions, 1, 4, 0, 0, 0, 0)
            .Payload(120)
            .Build();
        AssertCarried(IPAddress.Parse(A), IPAddress.Parse(B), packet);
    }

    [Fact]
    public void Receive_V4WithOptions_ArriveAsTheyAre()
    {
        var packet = PacketBuilder.Ip("10.77.0.1", "10.77.0.2", IpProtocol.Ah).Options(1, 1, 1, 0).Payload(120).Tos(8).Build();
        AssertCarried(NetworkNamespaces.AddressOfA, NetworkNamespaces.AddressOfB, packet);
    }

    [Theory]
    [InlineData("10.77.0.1", "10.77.0.2")]
    [InlineData(A, B)]
    public void Receive_LargerThanAPacketBuffer_ArrivesWhole(string source, string destination)
    {
        Skip();
        _spaces!.A.Ip("link", "set", NetworkNamespaces.Link, "mtu", "9000");
        _spaces.B.Ip("link", "set", NetworkNamespaces.Link, "mtu", "9000");
        AssertCarried(IPAddress.Parse(source), IPAddress.Parse(destination), PacketBuilder.Ip(source, destination, IpProtocol.Esp).Payload(8900).Build());
    }

    [Theory]
    [InlineData("10.77.0.1", "10.77.0.2")]
    [InlineData(A, B)]
    public void Send_LargerThanTheLink_IsCountedAndToldAsIcmp(string source, string destination)
    {
        Skip();
        using var port = _spaces!.A.Run(() => RawEspPort.Open(new RawEspOptions { Local = IPAddress.Parse(source), Buffers = _portBuffers }));
        Send(port, PacketBuilder.Ip(source, destination, IpProtocol.Esp).Payload(1600).Build());
        Assert.Equal((0, 1), (port.Stats.SentPackets, port.Stats.SendFailures));
        Assert.True(IpPacketView.TryView(Receive(port), out var told));
        Assert.True(PacketTooBig.TryRead(told, out var mtu, out _));
        Assert.Equal(1500, mtu);
    }

    [Fact]
    public void Receive_PacketForAnotherAddress_IsNotTaken()
    {
        Skip();
        _spaces!.B.Ip("addr", "add", "10.77.0.3/24", "dev", NetworkNamespaces.Link);
        using var sender = _spaces.A.Run(() => RawEspPort.Open(new RawEspOptions { Local = NetworkNamespaces.AddressOfA, Buffers = _portBuffers }));
        using var receiver = _spaces.B.Run(() => RawEspPort.Open(new RawEspOptions { Local = NetworkNamespaces.AddressOfB, Buffers = _portBuffers }));
        var wanted = PacketBuilder.Ip("10.77.0.1", "10.77.0.2", IpProtocol.Esp).Payload(60).Build();
        Send(sender, PacketBuilder.Ip("10.77.0.1", "10.77.0.3", IpProtocol.Esp).Payload(50).Build(), wanted);
        Assert.Equal(wanted, Receive(receiver));
        Assert.Equal(1, receiver.Stats.ReceivedPackets);
    }

    [Fact]
    public void Pass_ClearSuperframe_LeavesAsItsPackets()
    {
        Skip();
        using var port = _spaces!.A.Run(() => RawEspPort.Open(new RawEspOptions { Local = NetworkNamespaces.AddressOfA, Buffers = _portBuffers }));
        using var peer = _spaces.B.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOfB, 4097)));
        peer.ReceiveTimeout = (int)TestThread.Patience.TotalMilliseconds;
        var (octets, segments) = MarkedPacket.BuildSuperframe(10, 5, 900);
        new IpHeaderFields(IpAddress.From(NetworkNamespaces.AddressOfA), IpAddress.From(NetworkNamespaces.AddressOfB), IpProtocol.Udp, 64, Identification: 9).Write(octets);
        using var batch = new PacketBatch();
        batch.Add(_buffers.Fill(octets, segments));
        port.Pass(batch);
        var payload = new byte[2048];
        for (var number = 10; number < 15; number++)
        {
            Assert.Equal(900, peer.Receive(payload));
            Assert.True(MarkedPacket.TryReadNumber(payload.AsSpan(0, 900), out var read));
            Assert.Equal(number, read);
        }

        Assert.Equal((5, 0), (port.Stats.SentPackets, port.Stats.SendFailures));
        Assert.Equal(0, _portBuffers.Outstanding);
    }

    [Theory]
    [InlineData("10.77.0.1", "10.77.0.2", true)]
    [InlineData("10.77.0.1", "10.77.0.2", false)]
    [InlineData(A, B, true)]
    public void Receive_Bulk_GathersWhereItMayAndLosesNothing(string source, string destination, bool gathers)
    {
        Skip();
        using var sender = _spaces!.A.Run(() => RawEspPort.Open(new RawEspOptions { Local = IPAddress.Parse(source), Buffers = _portBuffers }));
        using var receiver = _spaces.B.Run(() => RawEspPort.Open(Options()));
        using var watchdog = new Timer(_ => receiver.Interrupt(), null, TestThread.Patience, Timeout.InfiniteTimeSpan);
        var received = 0;
        // Until a receive was held, however slow the machine is; each burst is taken before the next, so that no queue is ever full.
        for (var sent = 0; sent < LeastInBursts || (gathers && receiver.Held == 0 && sent < MostInBursts);)
        {
            Send(sender, [.. Enumerable.Range(sent, Burst).Select(number => Numbered(source, destination, number))]);
            for (sent += Burst; received < sent;)
            {
                using var batch = new PacketBatch();
                Assert.True(receiver.Receive(batch), $"packet {received} did not arrive: {receiver.Stats}");
                foreach (var packet in batch.Slots)
                {
                    Assert.Equal(Numbered(source, destination, received++), packet!.Packet.ToArray());
                }
            }
        }

        Assert.Equal(gathers, receiver.Held > 0);
        Assert.Equal((received, 0), (receiver.Stats.ReceivedPackets, receiver.Stats.ReceiveFailures));
        Assert.Equal(0, _portBuffers.Outstanding);

        RawEspOptions Options()
        {
            var options = new RawEspOptions { Local = IPAddress.Parse(destination), Buffers = _portBuffers };
            return gathers ? options with { Gather = TimeSpan.FromMilliseconds(20) } : options with { Gather = TimeSpan.Zero };
        }
    }

    private static byte[] Numbered(string source, string destination, int number)
    {
        var packet = PacketBuilder.Ip(source, destination, IpProtocol.Esp).Payload(1400).Identification(7).Build();
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(packet.Length - 4), number);
        return packet;
    }

    private void Skip() => Assert.SkipWhen(_spaces is null, NetworkNamespaces.Hindrance ?? "");

    private void AssertCarried(IPAddress from, IPAddress to, byte[] packet)
    {
        Skip();
        using var sender = _spaces!.A.Run(() => RawEspPort.Open(new RawEspOptions { Local = from, Buffers = _portBuffers }));
        using var receiver = _spaces.B.Run(() => RawEspPort.Open(new RawEspOptions { Local = to, Buffers = _portBuffers }));
        Send(sender, packet);
        Assert.Equal((1, 0), (sender.Stats.SentPackets, sender.Stats.SendFailures));
        Assert.Equal(packet, Receive(receiver));
        Assert.Equal(0, _portBuffers.Outstanding);
    }

    private void Send(RawEspPort port, params byte[][] packets)
    {
        using var batch = new PacketBatch();
        foreach (var packet in packets)
        {
            batch.Add(_buffers.Fill(packet));
        }

        port.Send(batch);
    }

    private static byte[] Receive(RawEspPort port)
    {
        using var watchdog = new Timer(_ => port.Interrupt(), null, TestThread.Patience, Timeout.InfiniteTimeSpan);
        using var batch = new PacketBatch();
        Assert.True(port.Receive(batch), $"nothing arrived: {port.Stats}");
        Assert.Equal(1, batch.Count);
        return batch[0]!.Packet.ToArray();
    }
}
