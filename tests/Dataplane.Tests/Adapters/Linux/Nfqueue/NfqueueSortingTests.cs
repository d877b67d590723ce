using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

/// <summary>Enterprise Extender behind a flood that fills its queue and that nobody has read yet: what the host sends, and ESP that arrives.</summary>
public sealed class NfqueueSortingTests : IDisposable
{
    private const int QueueLength = 64;
    private const int Flood = 200;
    private const int EePackets = 20;
    private const byte NetworkControl = 0xC0;
    private const byte RoutineOfLowDelay = 0x1C;
    private const ushort BulkPort = 5001;
    private const ushort EePort = 12001;

    private readonly CaptureSpaces _spaces = new();
    private readonly PacketBatch _batch = new();

    public void Dispose()
    {
        _batch.Dispose();
        _spaces.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Receive_HostSendsEeBehindAFlood_ComesFirstAndNoneOfItIsLost(bool isV6)
    {
        using var capture = Open(sortsArrivals: false);
        var port = capture.ClearPorts[0];
        Send(isV6, 0, BulkPort, Flood);
        Assert.False(((IMarkedPort)port).HasMarked);
        Send(isV6, NetworkControl, EePort, EePackets);

        Assert.True(((IMarkedPort)port).HasMarked);
        Assert.Equal(Enumerable.Repeat(EePort, EePackets), Receive(port.Receive));
        Assert.Equal(Enumerable.Repeat(BulkPort, QueueLength), Receive(port.Receive));
        Assert.Equal(Flood - QueueLength, capture.Losses.QueueFull);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Receive_HostSendsTheSameUnmarked_IsLostBehindTheFlood(bool isV6)
    {
        using var capture = Open(sortsArrivals: false);
        var port = capture.ClearPorts[0];
        Send(isV6, 0, BulkPort, Flood);
        Send(isV6, RoutineOfLowDelay, EePort, EePackets);

        Assert.False(((IMarkedPort)port).HasMarked);
        Assert.Equal(Enumerable.Repeat(BulkPort, QueueLength), Receive(port.Receive));
        Assert.False(port.HasWaiting);
    }

    [Fact]
    public void TryReceiveMarked_FloodAndEe_TakesEeAlone()
    {
        using var capture = Open(sortsArrivals: false);
        var port = capture.ClearPorts[0];
        var marked = (IMarkedPort)port;
        Send(isV6: false, 0, BulkPort, 3);
        Assert.False(marked.TryReceiveMarked(_batch));
        Send(isV6: false, 0x20, EePort, 2);
        Assert.Equal([EePort, EePort], Receive(marked.TryReceiveMarked));
        Assert.False(marked.HasMarked);
        Assert.Equal([BulkPort, BulkPort, BulkPort], Receive(port.Receive));

        Send(isV6: false, 0x20, EePort, 1);
        port.Interrupt();
        Assert.False(marked.HasMarked || marked.TryReceiveMarked(_batch));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public void Receive_MarkedEspBehindAFlood_ComesFirstWhereArrivalsAreSortedAndIsLostElsewhere(bool isV6, bool sorts)
    {
        const ushort Bulk = 2;
        const ushort Ee = 1;
        using var capture = Open(sorts);
        var port = capture.CipherPorts[0];
        SendEsp(isV6, 0, Bulk, Flood);
        SendEsp(isV6, NetworkControl, Ee, EePackets);
        var lost = Flood - QueueLength + (sorts ? 0 : EePackets);
        Assert.True(SpinWait.SpinUntil(() => capture.Losses.QueueFull == lost, TestThread.Patience), $"{capture.Losses}");

        Assert.Equal(sorts, ((IMarkedPort)port).HasMarked);
        if (sorts)
        {
            Assert.Equal(Enumerable.Repeat(Ee, EePackets), Receive(port.Receive));
            Assert.Equal(Enumerable.Repeat(Bulk, QueueLength), Receive(port.Receive));
        }
        else
        {
            Assert.Equal(Enumerable.Repeat(Bulk, QueueLength), Receive(port.Receive));
            Assert.False(port.HasWaiting);
        }
    }

    private NfqueueCapture Open(bool sortsArrivals) => _spaces.Spaces.A.Run(() => NfqueueCapture.Open(new NfqueueOptions
    {
        Plan = CaptureSpaces.Everything,
        QueueLength = QueueLength,
        SortsArrivals = sortsArrivals,
        Buffers = _spaces.Buffers,
    }));

    private void Send(bool isV6, byte tos, ushort port, int count)
    {
        var from = isV6 ? NetworkNamespaces.AddressV6OfA : NetworkNamespaces.AddressOfA;
        using var socket = _spaces.Spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(from, 0)));
        SendAll(socket, isV6, tos, new byte[100], new IPEndPoint(isV6 ? NetworkNamespaces.AddressV6OfB : NetworkNamespaces.AddressOfB, port), count);
    }

    // Whose it is stands where a UDP header would have its destination port: in the lower half of the SPI.
    private void SendEsp(bool isV6, byte tos, ushort spi, int count)
    {
        using var socket = _spaces.Spaces.B.Run(() => new Socket(new SafeSocketHandle(
            Libc.Socket(isV6 ? SocketNumbers.FamilyV6 : SocketNumbers.FamilyV4, SocketNumbers.TypeRaw | Libc.CloseOnExec, IpProtocol.Esp),
            ownsHandle: true)));
        SendAll(socket, isV6, tos, [0, 0, 0, (byte)spi, .. new byte[96]], new IPEndPoint(isV6 ? NetworkNamespaces.AddressV6OfA : NetworkNamespaces.AddressOfA, 0), count);
    }

    private void SendAll(Socket socket, bool isV6, byte tos, byte[] payload, IPEndPoint to, int count)
    {
        // IP_TOS; IPV6_TCLASS.
        socket.SetRawSocketOption(isV6 ? 41 : 0, isV6 ? 67 : 1, BitConverter.GetBytes((int)tos));
        using var pin = _spaces.Spaces.Pin();
        for (var sent = 0; sent < count; sent++)
        {
            socket.SendTo(payload, to);
        }
    }

    private ushort[] Receive(Func<PacketBatch, bool> receive)
    {
        Assert.True(receive(_batch));
        var numbers = new List<ushort>();
        foreach (var packet in _batch.Slots)
        {
            Assert.True(IpPacketView.TryView(packet!.Packet, out var view));
            numbers.Add(BinaryPrimitives.ReadUInt16BigEndian(view.Payload[2..]));
        }

        _batch.Clear();
        return [.. numbers];
    }
}
