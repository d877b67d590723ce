using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Adapters.Sockets;

/// <summary>Cipher superframes over loopback, so without root; the oracle is what was sent, packet by packet.</summary>
public sealed class UdpEncapSuperframeTests
{
    private readonly RigBuffers _buffers = new();
    private readonly PortBuffers _portBuffers = new();

    [Theory]
    [InlineData("127.0.0.1", 46, 1400, 600)]
    [InlineData("127.0.0.1", 2, 24, 9)]
    [InlineData("127.0.0.1", 128, 300, 300)]
    [InlineData("::1", 46, 1400, 600)]
    public void Send_CipherSuperframe_ArrivesAsTheSameSuperframe(string address, int count, int size, int last)
    {
        using var sender = Open(address);
        using var receiver = Open(address);
        var sent = Superframe(sender, receiver, count, size, last, out var segments);
        Send(sender, (sent, segments));
        var received = Assert.Single(Receive(receiver, count));
        Assert.Equal(segments, received.Segments);
        Assert.Equal(sent, received.Octets);
        Assert.Equal((1, (long)count), (sender.Counts.SegmentedSends, sender.Stats.SentPackets));
        Assert.Equal(1, receiver.Counts.CoalescedReceives);
        Assert.Equal((count, sender.Stats.SentBytes), (receiver.Stats.ReceivedPackets, receiver.Stats.ReceivedBytes));
        Assert.Equal(0, _portBuffers.Outstanding + _buffers.Outstanding);
    }

    [Theory]
    [InlineData(UdpOffloads.None, true)]
    [InlineData(UdpOffloads.None, false)]
    [InlineData(UdpOffloads.Segmentation, true)]
    [InlineData(UdpOffloads.Coalescing, true)]
    [InlineData(UdpOffloads.Segmentation | UdpOffloads.Coalescing, true)]
    public void Send_MixOfSuperframesAndPackets_ArrivesInOrderWhateverIsOff(UdpOffloads disabled, bool wholeDatagrams)
    {
        using var sender = Open("127.0.0.1", disabled);
        using var receiver = Open("127.0.0.1", disabled, wholeDatagrams);
        var first = Superframe(sender, receiver, 30, 1000, 77, out var firstSegments);
        var single = Superframe(sender, receiver, 1, 500, 500, out _);
        var second = Superframe(sender, receiver, 20, 1000, 1000, out var secondSegments);
        Send(sender, (first, firstSegments), (single, default), (single, default), (second, secondSegments));
        var received = Receive(receiver, 52);
        var expected = Payloads(first, firstSegments).Concat([single[28..], single[28..]]).Concat(Payloads(second, secondSegments));
        Assert.Equal(expected, received.SelectMany(packet => Payloads(packet.Octets, packet.Segments)));
        Assert.True(wholeDatagrams || received.TrueForAll(packet => packet.Segments == Segmentation.None));
        Assert.True(disabled != UdpOffloads.None || !wholeDatagrams || received.Count == 3, $"{received.Count} buffers");
    }

    [Theory]
    [InlineData(300, 100)]
    [InlineData(129, 200)]
    [InlineData(46, 1423)]
    public void Send_MoreThanAMessageCarries_LeavesInSeveral(int count, int size)
    {
        using var sender = Open("127.0.0.1");
        using var receiver = Open("127.0.0.1");
        var sent = Superframe(sender, receiver, count, size, size, out var segments);
        Send(sender, (sent, segments));
        var received = Receive(receiver, count);
        Assert.Equal(Payloads(sent, segments), received.SelectMany(packet => Payloads(packet.Octets, packet.Segments)));
        Assert.Equal(count, sender.Stats.SentPackets);
        Assert.All(received, packet => Assert.InRange(packet.Segments.CountIn(packet.Octets.Length), 1, 128));
    }

    [Fact]
    public void Receive_MarkerOrKeepaliveInARun_GoesPacketByPacket()
    {
        using var port = Open("127.0.0.1");
        using var peer = Connect(port, segmentSize: 12);
        peer.Send([0, 0, 0, 1, .. new byte[8], 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 2, .. new byte[8], 0xFF]);
        var received = Receive(port, 2);
        Assert.Equal([1, 2], received.Select(packet => (int)packet.Octets[31]));
        Assert.All(received, packet => Assert.Equal((Segmentation.None, 40), (packet.Segments, packet.Octets.Length)));
        // What the peer sends last has passed everything sent before it.
        peer.SetRawSocketOption(17, 103, BitConverter.GetBytes(0));
        peer.Send([0, 0, 0, 3, .. new byte[8]]);
        Receive(port, 1);
        Assert.Equal((1, 1), (port.Counts.IkeReceived, port.Counts.Keepalives));
        Assert.Equal(0, port.Counts.RefusedShapes);
    }

    [Fact]
    public void Receive_NoSuperframeFree_WaitsAndLosesNothing()
    {
        var buffers = new PortBuffers(64, 1);
        using var port = UdpEncapPort.Open(Options("127.0.0.1", buffers));
        using var peer = Connect(port, segmentSize: 0);
        var held = buffers.Superframes.TryRent()!;
        using var receiver = new TestThread("receiver", () => Assert.Equal(2, Receive(port, 2).Count));
        peer.Send([0, 0, 0, 1, .. new byte[20]]);
        peer.Send([0, 0, 0, 1, .. new byte[20]]);
        held.Return();
        receiver.Join();
        Assert.Equal(0, buffers.Outstanding);
    }

    [Fact]
    public void Receive_LargeSingleDatagram_IsHandedOverInTheBufferItCameIn()
    {
        using var port = Open("127.0.0.1");
        using var peer = Connect(port, segmentSize: 0);
        byte[] payload = [0, 0, 0, 1, .. Enumerable.Range(0, 65000).Select(i => (byte)i)];
        peer.Send(payload);
        var received = Assert.Single(Receive(port, 1));
        Assert.Equal(payload, received.Octets[28..]);
        Assert.Equal(Segmentation.None, received.Segments);
    }

    private UdpEncapPort Open(string address, UdpOffloads disabled = UdpOffloads.None, bool wholeDatagrams = true) =>
        UdpEncapPort.Open(Options(address, _portBuffers) with { Disabled = disabled | UdpOffloads.Icmp | UdpOffloads.Pass, WholeDatagrams = wholeDatagrams });

    private static UdpEncapOptions Options(string address, PortBuffers buffers) => new()
    {
        Local = IPAddress.Parse(address),
        Port = 0,
        Mtu = 1500,
        Buffers = buffers,
        Disabled = UdpOffloads.Icmp | UdpOffloads.Pass,
        WholeDatagrams = true,
    };

    private static Socket Connect(UdpEncapPort port, int segmentSize)
    {
        var peer = new Socket(port.LocalEndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        peer.SetRawSocketOption(17, 103, BitConverter.GetBytes(segmentSize));
        peer.Connect(port.LocalEndPoint);
        return peer;
    }

    // The headers are those the receiving port writes; segment i's payload starts with its number and goes on with random octets.
    private static byte[] Superframe(UdpEncapPort sender, UdpEncapPort receiver, int count, int size, int last, out Segmentation segments)
    {
        var source = IpAddress.From(sender.LocalEndPoint.Address);
        var headerLength = source.Version == IpVersion.V4 ? 28 : 48;
        var packet = new byte[headerLength + ((count - 1) * size) + last];
        new Random(count).NextBytes(packet);
        for (var i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(packet.AsSpan(headerLength + (i * size)), i + 1);
        }

        UdpView.Write(packet.AsSpan(headerLength - 8), (ushort)sender.LocalEndPoint.Port, (ushort)receiver.LocalEndPoint.Port);
        new IpHeaderFields(source, IpAddress.From(receiver.LocalEndPoint.Address), IpProtocol.Udp, 64, Tos: 0x28).Write(packet);
        segments = new Segmentation(SegmentKind.Udp, (ushort)size, (ushort)headerLength, IsChecksumMissing: false);
        return packet;
    }

    private static IEnumerable<byte[]> Payloads(byte[] packet, Segmentation segments) =>
        segments.Kind == SegmentKind.None ? [packet[28..]] : packet[segments.HeaderLength..].Chunk(segments.Size);

    private void Send(UdpEncapPort port, params (byte[] Octets, Segmentation Segments)[] packets)
    {
        using var batch = new PacketBatch();
        foreach (var (octets, segments) in packets)
        {
            batch.Add(_buffers.Fill(octets, segments));
        }

        port.Send(batch);
    }

    private static List<RecordedPacket> Receive(UdpEncapPort port, int count)
    {
        using var watchdog = new Timer(_ => port.Interrupt(), null, TestThread.Patience, Timeout.InfiniteTimeSpan);
        using var batch = new PacketBatch();
        var received = new List<RecordedPacket>();
        while (received.Sum(packet => packet.Segments.CountIn(packet.Octets.Length)) < count)
        {
            Assert.True(port.Receive(batch), $"{received.Count} buffers arrived");
            for (var i = 0; i < batch.Count; i++)
            {
                received.Add(new RecordedPacket(batch[i]!.Packet.ToArray(), batch[i]!.Segments));
            }

            batch.Clear();
        }

        return received;
    }
}
