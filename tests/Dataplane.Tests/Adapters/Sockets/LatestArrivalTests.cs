using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Engines.Pinning;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Sockets;

/// <summary>Where and when packets arrive, over a veth, which gives each to the processor it was sent from; in both families.</summary>
public sealed class LatestArrivalTests : IDisposable
{
    private const ushort Port = 4500;

    private readonly NetworkNamespaces _spaces;
    private readonly PacketBatch _batch = new();

    public LatestArrivalTests()
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
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, false, false)]
    [InlineData(false, true, false)]
    public void LatestArrival_SentFromEachProcessorInTurn_IsThereAndThen(bool isUdp, bool isV6, bool sorts)
    {
        using var port = Open(isUdp, isV6, sorts);
        Assert.Contains("arrivals on", port.FeatureLine, StringComparison.Ordinal);
        Assert.Null(port.LatestArrival);
        int[] all = [.. new LinuxPinning().Allowed()];
        foreach (var processor in all.Concat(all.Reverse()))
        {
            var before = Stopwatch.GetTimestamp();
            Send(isUdp, isV6, processor);
            _batch.Clear();
            Assert.True(port.Receive(_batch));
            var arrival = port.LatestArrival!.Value;
            Assert.Equal(processor, arrival.Processor);
            Assert.InRange(arrival.At, before, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>A socket has one filter.</summary>
    [Fact]
    public void LatestArrival_RawSocketsThatSort_IsNotKnown()
    {
        using var port = Open(isUdp: false, isV6: false, sorts: true);
        Assert.Contains("arrivals off (the sockets have filters that sort)", port.FeatureLine, StringComparison.Ordinal);
        Send(isUdp: false, isV6: false, new LinuxPinning().Allowed()[0]);
        Assert.True(port.Receive(_batch));
        Assert.Null(port.LatestArrival);
    }

    private CipherSocketPort Open(bool isUdp, bool isV6, bool sorts) => _spaces.B.Run<CipherSocketPort>(() => isUdp
        ? UdpEncapPort.Open(new UdpEncapOptions { Local = NetworkNamespaces.AddressOf(isV6, isA: false), Port = Port, SortsByPrecedence = sorts })
        : RawEspPort.Open(new RawEspOptions { Local = NetworkNamespaces.AddressOf(isV6, isA: false), SortsByPrecedence = sorts }));

    private void Send(bool isUdp, bool isV6, int processor)
    {
        using var sender = new TestThread("sender", () =>
        {
            Assert.True(new LinuxPinning().TryPin(processor));
            using var socket = _spaces.A.Run(() => isUdp
                ? HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOf(isV6, isA: true), 0))
                : new Socket(new SafeSocketHandle(Libc.Socket(isV6 ? SocketNumbers.FamilyV6 : SocketNumbers.FamilyV4, SocketNumbers.TypeRaw | Libc.CloseOnExec, IpProtocol.Esp), ownsHandle: true)));
            socket.SendTo(new byte[] { 0, 0, 0x20, 2, 0, 0, 0, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9 }, new IPEndPoint(NetworkNamespaces.AddressOf(isV6, isA: false), isUdp ? Port : 0));
        });
        sender.Join();
    }
}
