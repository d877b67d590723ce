using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Adapters.Sockets;

/// <summary>On loopback, so without root: ICMP and clear packets are switched off.</summary>
public sealed class UdpEncapDemuxTests
{
    private static readonly byte[] Esp = [0, 0, 1, 0, 0, 0, 0, 9, .. new byte[24]];

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Receive_IkeEspKeepaliveAndScraps_EachGoesItsWay(string address)
    {
        using var port = Open(address, new PortBuffers());
        using var peer = Connect(port);
        peer.Send([0, 0, 0, 0, 1, 2, 3]);
        peer.Send([0xFF]);
        peer.Send([0xFE]);
        peer.Send([1, 2, 3, 4, 5]);
        peer.Send(ReadOnlySpan<byte>.Empty);
        peer.Send(Esp);
        using var batch = ReceiveOne(port);
        Assert.Equal(1, batch.Count);
        Assert.True(IpPacketView.TryView(batch[0]!.Packet, out var packet));
        Assert.True(UdpView.TryView(packet.Payload, out var udp));
        Assert.Equal(Esp, udp.Payload.ToArray());
        var from = (IPEndPoint)peer.LocalEndPoint!;
        Assert.Equal((from.Address, from.Port), (packet.Source.ToIPAddress(), (int)udp.SourcePort));
        Assert.Equal((port.LocalEndPoint.Address, port.LocalEndPoint.Port), (packet.Destination.ToIPAddress(), (int)udp.DestinationPort));
        AwaitStrays(port, peer, 5);
        Assert.True(port.Received.TryRead(out var ike));
        Assert.Equal([1, 2, 3], ike!.Message);
        Assert.Equal((from, port.LocalEndPoint), (ike.Remote, ike.Local));
        Assert.False(port.Received.TryRead(out _));
        // An empty datagram is too short like the scraps.
        Assert.Equal((1, 3, 1, 0), (port.Counts.Keepalives, port.Counts.TooShort, port.Counts.IkeReceived, port.Counts.IkeDropped));
    }

    [Fact]
    public void Receive_FullIkeQueue_KeepsTheOldestAndCountsTheRest()
    {
        using var port = UdpEncapPort.Open(Options("127.0.0.1", new PortBuffers()) with { IkeQueue = 2 });
        using var peer = Connect(port);
        for (byte i = 1; i <= 5; i++)
        {
            peer.Send([0, 0, 0, 0, i]);
        }

        peer.Send(Esp);
        using var batch = ReceiveOne(port);
        Assert.True(port.Received.TryRead(out var first));
        Assert.True(port.Received.TryRead(out var second));
        Assert.Equal((1, 2), (first.Message[0], second.Message[0]));
        Assert.Equal((2, 3), (port.Counts.IkeReceived, port.Counts.IkeDropped));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void TrySend_IkeMessage_ArrivesBehindTheMarker(string address)
    {
        using var port = Open(address, new PortBuffers());
        using var peer = Connect(port);
        Assert.True(port.TrySend([9, 8, 7], port.LocalEndPoint, (IPEndPoint)peer.LocalEndPoint!));
        Assert.Equal([0, 0, 0, 0, 9, 8, 7], ReceiveAt(peer));
    }

    [Fact]
    public void TrySend_OtherVersion_IsRefused()
    {
        using var port = Open("127.0.0.1", new PortBuffers());
        Assert.False(port.TrySend([1], port.LocalEndPoint, new IPEndPoint(IPAddress.IPv6Loopback, 4500)));
    }

    [Fact]
    public void Open_OccupiedPort_SaysWhatToDo()
    {
        using var first = Open("127.0.0.1", new PortBuffers());
        var refusal = Assert.Throws<AdapterException>(() => UdpEncapPort.Open(Options("127.0.0.1", new PortBuffers()) with { Port = first.LocalEndPoint.Port }));
        Assert.Equal($"UDP 127.0.0.1:{first.LocalEndPoint.Port} is in use by another process: stop the IKE or IPsec daemon that has it (ss -ulpn) or choose another port.", refusal.Message);
    }

    [Fact]
    public void Open_ForeignAddress_SaysWhatToDo()
    {
        var refusal = Assert.Throws<AdapterException>(() => Open("192.0.2.77", new PortBuffers()));
        Assert.Equal("no interface has address 192.0.2.77: give it to one (ip addr add) or bind to one this host has.", refusal.Message);
    }

    [Fact]
    public void FeatureLine_AllDisabled_NamesEachWithItsReason()
    {
        using var port = UdpEncapPort.Open(Options("127.0.0.1", new PortBuffers()) with { Disabled = UdpOffloads.All });
        Assert.Equal(
            $"udp:{port.LocalEndPoint.Port}: gso off (disabled by option), gro off (disabled by option), large buffers off (disabled by option), df per packet on, precedence off (not asked for), arrivals off (disabled by option), icmp off (disabled by option), raw send off (disabled by option)",
            port.FeatureLine);
    }

    [Fact]
    public void Pass_WithoutRawSocket_CountsEachPacket()
    {
        using var port = Open("127.0.0.1", new PortBuffers());
        var buffers = new RigBuffers();
        using var batch = new PacketBatch();
        batch.Add(buffers.Fill(MarkedPacket.Build(1, 100)));
        batch.Add(buffers.Fill(MarkedPacket.Build(2, 100)));
        port.Pass(batch);
        Assert.Equal(2, port.Stats.SendFailures);
    }

    [Fact]
    public void Send_WhatIsNoUdpOfThisVersion_IsCountedAndHoldsUpNoOther()
    {
        using var port = Open("127.0.0.1", new PortBuffers());
        using var peer = Connect(port);
        var buffers = new RigBuffers();
        using var batch = new PacketBatch();
        batch.Add(buffers.Fill(new byte[60]));
        batch.Add(buffers.Fill(TestKitTcp()));
        batch.Add(buffers.Fill(MarkedPacket.Build(3, 100, IpAddress.From(IPAddress.Loopback), IpAddress.From(IPAddress.Loopback), 4500, (ushort)((IPEndPoint)peer.LocalEndPoint!).Port)));
        port.Send(batch);
        Assert.Equal((1, 2), (port.Stats.SentPackets, port.Stats.SendFailures));
        Assert.Equal(72, ReceiveAt(peer).Length);
    }

    private static byte[] TestKitTcp() => IpsecDp.TestKit.Packets.PacketBuilder.Tcp("127.0.0.1", "127.0.0.1", 1, 2).Payload(9).Build();

    private static UdpEncapOptions Options(string address, PortBuffers buffers) =>
        new() { Local = IPAddress.Parse(address), Port = 0, Buffers = buffers, Disabled = UdpOffloads.Icmp | UdpOffloads.Pass };

    private static UdpEncapPort Open(string address, PortBuffers buffers) => UdpEncapPort.Open(Options(address, buffers));

    private static Socket Connect(UdpEncapPort port)
    {
        var peer = new Socket(port.LocalEndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)TestThread.Patience.TotalMilliseconds };
        peer.Bind(new IPEndPoint(port.LocalEndPoint.Address, 0));
        peer.Connect(port.LocalEndPoint);
        return peer;
    }

    private static PacketBatch ReceiveOne(UdpEncapPort port)
    {
        var batch = new PacketBatch();
        using var watchdog = new Timer(_ => port.Interrupt(), null, TestThread.Patience, Timeout.InfiniteTimeSpan);
        Assert.True(port.Receive(batch));
        return batch;
    }

    // A test thread that moved to another processor may have overtaken what it sent before.
    private static void AwaitStrays(UdpEncapPort port, Socket peer, int count)
    {
        while (port.Counts.Keepalives + port.Counts.TooShort + port.Counts.IkeReceived < count)
        {
            peer.Send(Esp);
            ReceiveOne(port).Dispose();
        }
    }

    private static byte[] ReceiveAt(Socket peer)
    {
        var octets = new byte[2048];
        return octets[..peer.Receive(octets)];
    }
}
