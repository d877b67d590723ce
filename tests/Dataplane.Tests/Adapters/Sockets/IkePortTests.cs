using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Sockets;

namespace Dataplane.Tests.Adapters.Sockets;

public sealed class IkePortTests
{
    private static readonly byte[] Message = [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", false)]
    [InlineData("::1", true)]
    public async Task Message_BetweenTwoPorts_ArrivesWithItsEnds(string address, bool hasMarker)
    {
        using var a = Open(address, hasMarker);
        using var b = Open(address, hasMarker);
        Assert.True(a.TrySend(Message, a.LocalEndPoint, b.LocalEndPoint));
        var arrived = await b.Received.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Message, arrived.Message);
        Assert.Equal((b.LocalEndPoint, a.LocalEndPoint), (arrived.Local, arrived.Remote));
    }

    [Fact]
    public async Task Datagram_WithoutAMarkerWhereOneBelongs_IsDroppedAndCounted()
    {
        using var port = Open("127.0.0.1", hasMarker: true);
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.SendTo(Message, port.LocalEndPoint);
        sender.SendTo([0xFF], port.LocalEndPoint);
        sender.SendTo([], port.LocalEndPoint);
        sender.SendTo([0, 0, 0, 0, .. Message], port.LocalEndPoint);
        Assert.Equal(Message, (await port.Received.ReadAsync(TestContext.Current.CancellationToken)).Message);
        Assert.Equal(3, port.Dropped);
    }

    [Fact]
    public void Send_ToTheOtherFamilyOrAfterItsEnd_IsRefused()
    {
        var port = Open("127.0.0.1", hasMarker: false);
        Assert.False(port.TrySend(Message, port.LocalEndPoint, new IPEndPoint(IPAddress.IPv6Loopback, 500)));
        port.Dispose();
        Assert.False(port.TrySend(Message, port.LocalEndPoint, new IPEndPoint(IPAddress.Loopback, 500)));
        Assert.True(port.Received.Completion.IsCompleted);
    }

    [Fact]
    public async Task Peer_ThatIsGone_EndsNothing()
    {
        using var port = Open("127.0.0.1", hasMarker: false);
        IPEndPoint gone;
        using (var peer = Open("127.0.0.1", hasMarker: false))
        {
            gone = peer.LocalEndPoint;
        }

        // The second send may hear of the first's ICMP error.
        port.TrySend(Message, port.LocalEndPoint, gone);
        port.TrySend(Message, port.LocalEndPoint, gone);
        using var living = Open("127.0.0.1", hasMarker: false);
        Assert.True(living.TrySend(Message, living.LocalEndPoint, port.LocalEndPoint));
        Assert.Equal(Message, (await port.Received.ReadAsync(TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void Open_OfAPortThatIsTaken_SaysWhoseItMayBe()
    {
        using var port = Open("127.0.0.1", hasMarker: false);
        var refusal = Assert.Throws<AdapterException>(() => IkePort.Open(port.LocalEndPoint, hasMarker: false));
        Assert.Contains("another IKE daemon", refusal.Message, StringComparison.Ordinal);
    }

    private static IkePort Open(string address, bool hasMarker) => IkePort.Open(new IPEndPoint(IPAddress.Parse(address), 0), hasMarker);
}
