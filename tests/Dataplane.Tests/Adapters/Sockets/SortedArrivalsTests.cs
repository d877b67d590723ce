using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;

namespace Dataplane.Tests.Adapters.Sockets;

/// <summary>ESP whose outer header is marked, behind a flood that fills its socket and that nobody has read yet; by UDP and by raw sockets, over a veth, in both families.</summary>
public sealed class SortedArrivalsTests : IDisposable
{
    private const int Flood = 2000;
    private const int EePackets = 40;
    private const int SmallBuffer = 256 << 10;
    private const uint BulkSpi = 0x2002;
    private const uint EeSpi = 0x1001;
    private const byte NetworkControl = 0xC0;
    private const ushort Port = 4500;

    private readonly NetworkNamespaces _spaces;
    private readonly PacketBatch _batch = new();

    public SortedArrivalsTests()
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        _spaces = new NetworkNamespaces();
    }

    public void Dispose()
    {
        _batch.Dispose();
        _spaces.Dispose();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Receive_EeBehindAFlood_ComesFirstAndNoneOfItIsLost(bool isUdp, bool isV6)
    {
        using var port = Open(isUdp, isV6, sorts: true);
        Assert.Contains("precedence on", port.FeatureLine, StringComparison.Ordinal);
        Send(isUdp, isV6, 0, BulkSpi, Flood);
        Send(isUdp, isV6, NetworkControl, EeSpi, EePackets);
        Settle(isV6);

        Assert.True(port.HasMarked);
        Assert.Equal(Enumerable.Repeat(EeSpi, EePackets), Receive(port));
        Assert.False(port.HasMarked);
        Assert.Equal(Enumerable.Repeat(BulkSpi, PacketBatch.DefaultCapacity), Receive(port));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Receive_EeBehindAFloodInOneSocket_IsLostWithTheRest(bool isUdp, bool isV6)
    {
        using var port = Open(isUdp, isV6, sorts: false);
        Assert.Contains("precedence off (not asked for)", port.FeatureLine, StringComparison.Ordinal);
        Send(isUdp, isV6, 0, BulkSpi, Flood);
        Send(isUdp, isV6, NetworkControl, EeSpi, EePackets);
        Settle(isV6);

        Assert.False(port.HasMarked || port.TryReceiveMarked(_batch));
        var received = new List<uint>();
        do
        {
            received.AddRange(Receive(port));
        }
        while (port.HasWaiting);
        Assert.InRange(received.Count, 1, Flood - 1);
        Assert.DoesNotContain(EeSpi, received);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Receive_PortThatHasLookedInVainAndWaits_IsWokenByAMarkedPacket(bool isUdp)
    {
        using var port = Open(isUdp, isV6: false, sorts: true);
        using var isServed = new ManualResetEventSlim();
        uint[] woken = [];
        using var line = new TestThread("line", () =>
        {
            Assert.Equal([BulkSpi], Receive(port));
            isServed.Set();
            woken = Receive(port);
        });
        Send(isUdp, isV6: false, 0, BulkSpi, 1);
        Assert.True(isServed.Wait(TestThread.Patience, TestContext.Current.CancellationToken));
        Send(isUdp, isV6: false, NetworkControl, EeSpi, 1);
        line.Join();
        Assert.Equal([EeSpi], woken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TryReceiveMarked_FloodAndEe_TakesEeAlone(bool isUdp)
    {
        using var port = Open(isUdp, isV6: false, sorts: true);
        Send(isUdp, isV6: false, 0, BulkSpi, 3);
        Settle(isV6: false);
        Assert.False(port.HasMarked || port.TryReceiveMarked(_batch));
        Send(isUdp, isV6: false, 0x20, EeSpi, 2);
        Settle(isV6: false);
        Assert.True(port.TryReceiveMarked(_batch));
        Assert.Equal([EeSpi, EeSpi], Spis());
        Assert.Equal([BulkSpi, BulkSpi, BulkSpi], Receive(port));
        Assert.Equal(5, port.Stats.ReceivedPackets);

        Send(isUdp, isV6: false, 0x20, EeSpi, 1);
        Settle(isV6: false);
        Assert.True(port.HasMarked);
        port.Interrupt();
        Assert.False(port.HasMarked || port.TryReceiveMarked(_batch));
    }

    /// <summary>A port that expects lone packets waits before it looks; what its reader holds ends no wait.</summary>
    [Fact]
    public void Receive_MarkedLeftByALookOfTheirOwnAfterLonePackets_AreGivenWithoutAWait()
    {
        using var port = Open(isUdp: true, isV6: false, sorts: true);
        for (var lone = 0; lone < 12; lone++)
        {
            var tick = Environment.TickCount64;
            Assert.True(SpinWait.SpinUntil(() => Environment.TickCount64 != tick, TestThread.Patience));
            Send(isUdp: true, isV6: false, 0, BulkSpi, 1);
            Assert.Equal([BulkSpi], Receive(port));
        }

        Send(isUdp: true, isV6: false, NetworkControl, EeSpi, 2);
        Settle(isV6: false);
        using (var one = new PacketBatch(1))
        {
            Assert.True(port.TryReceiveMarked(one));
        }

        Assert.Equal([EeSpi], Receive(port));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(NetworkControl)]
    public void Received_IkeByEitherSocket_ReachesItsReader(byte tos)
    {
        using var port = (UdpEncapPort)Open(isUdp: true, isV6: false, sorts: true);
        SendDatagram(isV6: false, tos, [0, 0, 0, 0, 1, 2, 3], 1);
        SendDatagram(isV6: false, tos, [0xFF], 1);
        Send(isUdp: true, isV6: false, tos, EeSpi, 1);
        Assert.Equal([EeSpi], Receive(port));
        Assert.True(port.Received.TryRead(out var message));
        Assert.Equal([1, 2, 3], message!.Message);
        Assert.Equal(new IPEndPoint(NetworkNamespaces.AddressOfB, Port), message.Local);
        Assert.Equal((1, 1, 0), (port.Counts.IkeReceived, port.Counts.Keepalives, port.Counts.IkeDropped));
        port.Dispose();
        Assert.True(port.Received.Completion.IsCompleted);
    }

    [Fact]
    public void Receive_AnotherSocketBindsThePortToo_IsGivenNothing()
    {
        using var port = Open(isUdp: true, isV6: false, sorts: true);
        using var intruder = _spaces.B.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            // SO_REUSEPORT, which the kernel lets the same user do.
            socket.SetRawSocketOption(1, 15, BitConverter.GetBytes(1));
            socket.Bind(new IPEndPoint(NetworkNamespaces.AddressOfB, Port));
            return socket;
        });

        for (var sender = 0; sender < 20; sender++)
        {
            Send(isUdp: true, isV6: false, 0, BulkSpi, 1);
            Send(isUdp: true, isV6: false, NetworkControl, EeSpi, 1);
        }

        Settle(isV6: false);
        Assert.Equal(20, Receive(port).Length);
        Assert.Equal(20, Receive(port).Length);
        Assert.Equal(0, intruder.Available);
    }

    [Fact]
    public void Receive_FloodOfEsp_LeavesAhItsTurn()
    {
        // Its first word, where ESP has the SPI.
        const uint Ah = 0x3003;
        using var port = Open(isUdp: false, isV6: false, sorts: true);
        Send(isUdp: false, isV6: false, 0, BulkSpi, 150);
        Send(isUdp: false, isV6: false, 0, Ah, 1, IpProtocol.Ah);
        Settle(isV6: false);
        Assert.Contains(Ah, Receive(port).Concat(Receive(port)));
    }

    private CipherSocketPort Open(bool isUdp, bool isV6, bool sorts) => _spaces.B.Run<CipherSocketPort>(() => isUdp
        ? UdpEncapPort.Open(new UdpEncapOptions { Local = NetworkNamespaces.AddressOf(isV6, isA: false), Port = Port, SocketBuffer = SmallBuffer, SortsByPrecedence = sorts })
        : RawEspPort.Open(new RawEspOptions { Local = NetworkNamespaces.AddressOf(isV6, isA: false), SocketBuffer = SmallBuffer, SortsByPrecedence = sorts }));

    private void Send(bool isUdp, bool isV6, byte tos, uint spi, int count, byte protocol = IpProtocol.Esp)
    {
        var esp = new byte[1000];
        BinaryPrimitives.WriteUInt32BigEndian(esp, spi);
        if (isUdp)
        {
            SendDatagram(isV6, tos, esp, count);
            return;
        }

        using var socket = _spaces.A.Run(() => new Socket(new SafeSocketHandle(
            Libc.Socket(isV6 ? SocketNumbers.FamilyV6 : SocketNumbers.FamilyV4, SocketNumbers.TypeRaw | Libc.CloseOnExec, protocol),
            ownsHandle: true)));
        SendAll(socket, isV6, tos, esp, count, 0);
    }

    private void SendDatagram(bool isV6, byte tos, byte[] payload, int count)
    {
        using var socket = _spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOf(isV6, isA: true), 0)));
        SendAll(socket, isV6, tos, payload, count, Port);
    }

    private void SendAll(Socket socket, bool isV6, byte tos, byte[] payload, int count, int port)
    {
        // IP_TOS; IPV6_TCLASS.
        socket.SetRawSocketOption(isV6 ? 41 : 0, isV6 ? 67 : 1, BitConverter.GetBytes((int)tos));
        using var pin = _spaces.Pin();
        var to = new IPEndPoint(NetworkNamespaces.AddressOf(isV6, isA: false), port);
        for (var sent = 0; sent < count; sent++)
        {
            socket.SendTo(payload, to);
        }
    }

    // A processor hands what came over a veth on in its order: where the last datagram is, all before it are.
    private void Settle(bool isV6)
    {
        using var receiver = _spaces.B.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOf(isV6, isA: false), 0)));
        using var sender = _spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOf(isV6, isA: true), 0)));
        using var pin = _spaces.Pin();
        sender.SendTo([1], receiver.LocalEndPoint!);
        Assert.True(receiver.Poll(TestThread.Patience, SelectMode.SelectRead));
    }

    private uint[] Receive(CipherSocketPort port)
    {
        _batch.Clear();
        Assert.True(port.Receive(_batch));
        return Spis();
    }

    private uint[] Spis()
    {
        var spis = new List<uint>();
        foreach (var packet in _batch.Slots)
        {
            Assert.True(IpPacketView.TryView(packet!.Packet, out var view));
            Assert.True(EspView.TryView(view.Protocol == IpProtocol.Udp ? view.Payload[8..] : view.Payload, out var esp));
            spis.Add(esp.Spi);
        }

        _batch.Clear();
        return [.. spis];
    }
}
