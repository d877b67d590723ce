using System.Net;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Linux;

/// <summary>A wait at the sockets of the network's side that ends for frames of the TUN too.</summary>
public sealed class TunJointWaitTests : IDisposable
{
    private const string Far = "10.78.0.2";
    private const ushort BulkPort = 5001;
    private const ushort EePort = 12001;
    private const int EeTos = 0xC0;
    private const ushort Encapsulated = 4500;

    // Eight in a row are taken for packets that come one by one.
    private const int MoreThanAreLone = 10;

    private readonly PacketBatch _batch = new();
    private TunHost? _host;

    public void Dispose()
    {
        _batch.Dispose();
        _host?.Dispose();
    }

    [Theory]
    [InlineData(true, TunOffloads.None)]
    [InlineData(false, TunOffloads.None)]
    [InlineData(true, TunOffloads.Precedence)]
    public void Receive_FramesAtTheJoinedPort_EndsWithNothingUntilTheyAreTaken(bool isUdp, TunOffloads disabled)
    {
        using var port = Open(isUdp, disabled);
        Assert.True(port.TryJoin(_host!.Port));
        for (var time = 0; time < 3; time++)
        {
            Assert.False(port.HasWaiting);
            _host.Send(Far, BulkPort, 0, 3);
            Assert.True(port.Receive(_batch));
            Assert.Equal(0, _batch.Count);
            Assert.Null(port.LatestArrival);
            Assert.True(_host.Port.TryReceive(_batch));
            Assert.Equal([BulkPort, BulkPort, BulkPort], TunHost.PortsOf(_batch));
            Assert.False(_host.Port.HoldsMore);
            _batch.Clear();
        }

        Assert.False(_host.Port.TryReceive(_batch));
        port.Part(_host.Port);
        _host.Send(Far, BulkPort, 0, 1);
        Assert.True(_host.Port.HasWaiting);
        Assert.False(port.HasWaiting);
    }

    [Fact]
    public void Receive_PacketsAtBoth_GivesItsOwnFirstAndThenEndsForTheOther()
    {
        using var port = Open(isUdp: true, TunOffloads.None);
        Assert.True(port.TryJoin(_host!.Port));
        _host.Send(Far, BulkPort, 0, 1);
        using var sender = _host.Spaces.B.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOf(isV6: false, isA: false), 0)));
        sender.SendTo(new byte[64].Select(static _ => (byte)9).ToArray(), new IPEndPoint(NetworkNamespaces.AddressOf(isV6: false, isA: true), Encapsulated));
        Assert.True(port.Receive(_batch));
        Assert.Equal(1, _batch.Count);
        _batch.Clear();
        Assert.True(port.Receive(_batch));
        Assert.Equal(0, _batch.Count);
        Assert.True(_host.Port.TryReceive(_batch));
    }

    [Fact]
    public void TryReceive_MarkedFramesBehindOthers_TakesThemFirst()
    {
        using var port = Open(isUdp: true, TunOffloads.None);
        Assert.True(port.TryJoin(_host!.Port));
        for (var time = 0; time < 3; time++)
        {
            _host.Send(Far, BulkPort, 0, 2);
            _host.Send(Far, EePort, EeTos, 2);
            Assert.True(port.Receive(_batch));
            Assert.True(_host.Port.TryReceive(_batch));
            Assert.Equal([EePort, EePort], TunHost.PortsOf(_batch));
            _batch.Clear();
            Assert.True(port.Receive(_batch));
            Assert.True(_host.Port.TryReceive(_batch));
            Assert.Equal([BulkPort, BulkPort], TunHost.PortsOf(_batch));
            _batch.Clear();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Receive_PacketsOneByOne_DoesMeanwhileWhatItWasGivenOnlyWhileAnotherIsJoined(bool isJoined)
    {
        using var port = Open(isUdp: true, TunOffloads.None);
        Assert.Equal(isJoined, isJoined && port.TryJoin(_host!.Port));
        using var sender = _host!.Spaces.B.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOf(isV6: false, isA: false), 0)));
        var times = 0;
        port.Meanwhile = () => Interlocked.Increment(ref times);
        for (var packet = 0; packet < MoreThanAreLone; packet++)
        {
            ReceiveOne();
            var now = Environment.TickCount64;
            Assert.True(SpinWait.SpinUntil(() => Environment.TickCount64 > now, TestThread.Patience));
        }

        Volatile.Write(ref times, 0);
        var answer = new Thread(() =>
        {
            _ = SpinWait.SpinUntil(() => Volatile.Read(ref times) > 3, isJoined ? TestThread.Patience : TimeSpan.FromMilliseconds(50));
            Send();
        });
        answer.Start();
        Assert.True(port.Receive(_batch));
        answer.Join();
        Assert.Equal((1, isJoined), (_batch.Count, Volatile.Read(ref times) > 3));
        Assert.Equal(isJoined, Volatile.Read(ref times) > 0);

        void ReceiveOne()
        {
            Send();
            Assert.True(port.Receive(_batch));
            _batch.Clear();
        }

        void Send() => sender.SendTo(new byte[64].Select(static _ => (byte)9).ToArray(), new IPEndPoint(NetworkNamespaces.AddressOf(isV6: false, isA: true), Encapsulated));
    }

    [Fact]
    public void Interrupt_OfEither_EndsTheWait()
    {
        using var port = Open(isUdp: true, TunOffloads.None);
        Assert.True(port.TryJoin(_host!.Port));
        _host.Send(Far, BulkPort, 0, 1);
        _host.Port.Interrupt();
        Assert.True(port.Receive(_batch));
        Assert.False(_host.Port.TryReceive(_batch));
        port.Interrupt();
        Assert.False(port.Receive(_batch));
        Assert.Equal(0, _batch.Count);
    }

    [Fact]
    public void TryJoin_OfEitherDisposed_IsRefusedAndLeavesNothing()
    {
        using var port = Open(isUdp: true, TunOffloads.None);
        Assert.True(port.TryJoin(_host!.Port));
        _host.Port.Dispose();

        // A program that another test starts has every descriptor until it is executed, and with it the entry in the set.
        Assert.True(SpinWait.SpinUntil(() => !port.HasWaiting, TestThread.Patience));
        Assert.False(port.TryJoin(_host.Port));
        port.Part(_host.Port);
        Assert.False(_host.Port.TryReceive(_batch));

        using var another = new TunHost(TunOffloads.None, isV4Only: true);
        port.Dispose();
        Assert.False(port.TryJoin(another.Port));
        port.Part(another.Port);
    }

    private CipherSocketPort Open(bool isUdp, TunOffloads disabled)
    {
        _host = new TunHost(disabled, isV4Only: true);
        var local = NetworkNamespaces.AddressOf(isV6: false, isA: true);
        return _host.Spaces.A.Run<CipherSocketPort>(() => isUdp
            ? UdpEncapPort.Open(new UdpEncapOptions { Local = local, Port = Encapsulated })
            : RawEspPort.Open(new RawEspOptions { Local = local }));
    }
}
