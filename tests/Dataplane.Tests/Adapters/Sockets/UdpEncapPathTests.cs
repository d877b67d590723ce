using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Adapters.Sockets;

/// <summary>Two UDP encapsulation ports over a veth: offloads, DF, TOS and path MTU.</summary>
public sealed class UdpEncapPathTests : IDisposable
{
    private const int Port = 4500;
    private readonly NetworkNamespaces? _spaces;
    private readonly RigBuffers _buffers = new();
    private readonly PortBuffers _portBuffers = new();

    public UdpEncapPathTests() => _spaces = NetworkNamespaces.Hindrance is null ? new NetworkNamespaces() : null;

    private NetworkNamespaces Spaces
    {
        get
        {
            Assert.SkipWhen(_spaces is null, NetworkNamespaces.Hindrance ?? "");
            return _spaces;
        }
    }

    public void Dispose() => _spaces?.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Send_ABatchToOnePeer_LeavesAndArrivesInOnePiece(bool isV6)
    {
        using var sender = Open(isV6, isA: true);
        using var receiver = Open(isV6, isA: false);
        var lengths = Enumerable.Repeat(1200, 49).Append(700).ToArray();
        Send(sender, [.. lengths.Select((length, i) => Packet(isV6, i, length, tos: 0xB8))]);
        var received = Receive(receiver, lengths.Length);
        Assert.Equal(lengths, received.Select(packet => packet.Length));
        Assert.Equal(Enumerable.Range(0, lengths.Length), received.Select(Number));
        Assert.All(received, packet => Assert.Equal(0xB8, View(packet).Tos));
        Assert.Equal((1, 50), (sender.Counts.SegmentedSends, sender.Stats.SentPackets));
        Assert.Equal(1, receiver.Counts.CoalescedReceives);
        Assert.Equal(0, _portBuffers.Outstanding);
    }

    [Theory]
    [InlineData(UdpOffloads.Segmentation)]
    [InlineData(UdpOffloads.Coalescing)]
    [InlineData(UdpOffloads.Segmentation | UdpOffloads.Coalescing)]
    public void Send_WithAnOffloadDisabled_ArrivesTheSame(UdpOffloads disabled)
    {
        using var sender = Open(false, isA: true, disabled);
        using var receiver = Open(false, isA: false, disabled);
        Send(sender, [.. Enumerable.Range(0, 50).Select(i => Packet(false, i, 1200))]);
        Assert.Equal(Enumerable.Range(0, 50), Receive(receiver, 50).Select(Number));
        Assert.Equal((disabled & UdpOffloads.Segmentation) != 0 ? 0 : 1, sender.Counts.SegmentedSends);
        Assert.True((disabled & UdpOffloads.Coalescing) == 0 || receiver.Counts.CoalescedReceives == 0);
    }

    [Fact]
    public void Send_PacketsOfTwoPeersAndTos_AreNeverJoined()
    {
        using var sender = Open(false, isA: true);
        using var receiver = Open(false, isA: false);
        Send(sender, Packet(false, 0, 600), Packet(false, 1, 600, tos: 4), Packet(false, 2, 600, tos: 4, port: 4501), Packet(false, 3, 600));
        var received = Receive(receiver, 3);
        Assert.Equal([0, 1, 3], received.Select(Number));
        Assert.Equal([0, 4, 0], received.Select(packet => (int)View(packet).Tos));
        Assert.Equal(0, sender.Counts.SegmentedSends);
    }

    [Fact]
    public void Send_LargerThanTheLink_IsFragmentedWithoutDfAndRefusedWithIt()
    {
        using var sender = Open(false, isA: true);
        using var receiver = Open(false, isA: false);
        Send(sender, Packet(false, 1, 1501, dontFragment: true), Packet(false, 2, 1501), Packet(false, 3, 1500, dontFragment: true));
        Assert.Equal([2, 3], Receive(receiver, 2).Select(Number));
        Assert.Equal((2, 1), (sender.Stats.SentPackets, sender.Stats.SendFailures));
        AssertTooBig(Assert.Single(Receive(sender, 1)), 1500, Port);
    }

    [Fact]
    public void Send_SegmentedButTooLargeForTheLink_LosesNothingAndKeepsTheOffload()
    {
        using var sender = Open(false, isA: true, mtu: 9000);
        using var receiver = Open(false, isA: false);
        Send(sender, [.. Enumerable.Range(0, 10).Select(i => Packet(false, i, 2000))]);
        Assert.Equal(Enumerable.Range(0, 10), Receive(receiver, 10).Select(Number));
        Assert.Equal((10, 0), (sender.Stats.SentPackets, sender.Stats.SendFailures));
    }

    [Fact]
    public void Receive_RouterSaysTooBig_ArrivesAsAPacket()
    {
        using var sender = Open(false, isA: true);
        var icmp = new byte[IcmpErrors.MaximumLength];
        Assert.True(IpPacketView.TryView(Packet(false, 1, 1400, dontFragment: true), out var offending));
        var length = IcmpErrors.WriteTooBig(offending, IpAddress.From(NetworkNamespaces.AddressOfB), 1300, icmp);
        using var raw = Spaces.B.Run(() => HostSocket.Raw(255));
        raw.SendTo(icmp.AsSpan(0, length), new IPEndPoint(NetworkNamespaces.AddressOfA, 0));
        AssertTooBig(Assert.Single(Receive(sender, 1)), 1300, Port);
        // It came beside the packets, so where those arrive it does not tell.
        Assert.Null(sender.LatestArrival);
    }

    [Fact]
    public void Pass_ClearPacket_LeavesAsItIs()
    {
        using var sender = Open(false, isA: true);
        using var peer = Spaces.B.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOfB, 7000)));
        peer.ReceiveTimeout = (int)TestThread.Patience.TotalMilliseconds;
        using var batch = new PacketBatch();
        batch.Add(_buffers.Fill(Packet(false, 5, 400, port: 7000)));
        sender.Pass(batch);
        var octets = new byte[2048];
        Assert.Equal(372, peer.Receive(octets));
        Assert.Equal((1, 0), (sender.Stats.SentPackets, sender.Stats.SendFailures));
    }

    [Fact]
    public void Receive_PeerWithoutListener_DoesNotEndThePort()
    {
        using var sender = Open(false, isA: true);
        Send(sender, Packet(false, 1, 300));
        Send(sender, Packet(false, 2, 300));
        using var receiver = Open(false, isA: false);
        Send(sender, Packet(false, 3, 300));
        Assert.Equal([3], Receive(receiver, 1).Select(Number));
        Assert.Equal(3, sender.Stats.SentPackets);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SendAndReceive_ThousandsOfPackets_AllocateNothing(bool wholeDatagrams)
    {
        using var sender = Open(false, isA: true);
        using var receiver = Open(false, isA: false, wholeDatagrams: wholeDatagrams);
        using var outgoing = new PacketBatch();
        for (var i = 0; i < 50; i++)
        {
            outgoing.Add(_buffers.Fill(Packet(false, i, 1200)));
        }

        // A pool makes a buffer when more than ever before are out.
        PacketBuffer[] all = [.. new[] { _portBuffers.Packets, _portBuffers.Superframes }.SelectMany(pool => Enumerable.Range(0, 2 * PacketBatch.DefaultCapacity).Select(_ => pool.TryRent()!))];
        Array.ForEach(all, buffer => buffer.Return());
        using var incoming = new PacketBatch();
        long before = 0;
        for (var round = 0; round < 60; round++)
        {
            // The first rounds compile.
            before = round == 10 ? GC.GetAllocatedBytesForCurrentThread() : before;
            sender.Send(outgoing);
            for (var received = 0; received < 50; incoming.Clear())
            {
                receiver.Receive(incoming);
                received += wholeDatagrams ? incoming[0]!.Segments.CountIn(incoming[0]!.Length) : incoming.Count;
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private UdpEncapPort Open(bool isV6, bool isA, UdpOffloads disabled = UdpOffloads.None, int? mtu = null, bool wholeDatagrams = false)
    {
        var space = isA ? Spaces.A : Spaces.B;
        return space.Run(() => UdpEncapPort.Open(new UdpEncapOptions { Local = Address(isV6, isA), Port = Port, Disabled = disabled, Buffers = _portBuffers, Mtu = mtu, WholeDatagrams = wholeDatagrams }));
    }

    private static IPAddress Address(bool isV6, bool isA) => isV6
        ? isA ? NetworkNamespaces.AddressV6OfA : NetworkNamespaces.AddressV6OfB
        : isA ? NetworkNamespaces.AddressOfA : NetworkNamespaces.AddressOfB;

    // The number stands where ESP's SPI is, counted from 1000 so that it is never a marker.
    private static byte[] Packet(bool isV6, int number, int length, byte tos = 0, bool dontFragment = false, ushort port = Port)
    {
        var headerLength = isV6 ? 40 : 20;
        var packet = new byte[length];
        new IpHeaderFields(IpAddress.From(Address(isV6, true)), IpAddress.From(Address(isV6, false)), IpProtocol.Udp, 64, tos, 0, dontFragment).Write(packet);
        var udp = UdpView.Write(packet.AsSpan(headerLength), Port, port);
        BitConverter.TryWriteBytes(udp.Payload, number + 1000);
        return packet;
    }

    private static int Number(byte[] packet) => BitConverter.ToInt32(packet, View(packet).PayloadAt + UdpView.HeaderLength) - 1000;

    private static IpPacketView View(byte[] packet)
    {
        Assert.True(IpPacketView.TryView(packet, out var view));
        return view;
    }

    private static void AssertTooBig(byte[] packet, int mtu, ushort quotedPort)
    {
        Assert.True(PacketTooBig.TryRead(View(packet), out var told, out var quoted));
        Assert.Equal(mtu, told);
        Assert.Equal(quotedPort, (quoted.Octets[22] << 8) | quoted.Octets[23]);
    }

    private void Send(UdpEncapPort port, params byte[][] packets)
    {
        using var batch = new PacketBatch();
        foreach (var packet in packets)
        {
            batch.Add(_buffers.Fill(packet));
        }

        port.Send(batch);
    }

    private static List<byte[]> Receive(UdpEncapPort port, int count)
    {
        using var watchdog = new Timer(_ => port.Interrupt(), null, TestThread.Patience, Timeout.InfiniteTimeSpan);
        using var batch = new PacketBatch();
        var received = new List<byte[]>();
        while (received.Count < count)
        {
            Assert.True(port.Receive(batch), $"{received.Count} of {count} packets arrived");
            for (var i = 0; i < batch.Count; i++)
            {
                received.Add(batch[i]!.Packet.ToArray());
            }

            batch.Clear();
        }

        return received;
    }
}
