using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Linux;

/// <summary>The kernel's own TCP and UDP through two TUN ports.</summary>
public sealed class TunTrafficTests
{
    private const int Octets = 8 << 20;
    private const int Port = 5000;

    [Theory]
    [InlineData("10.78.0.2", TunOffloads.None, false)]
    [InlineData("10.78.0.2", TunOffloads.None, true)]
    [InlineData("fd78::2", TunOffloads.None, false)]
    [InlineData("fd78::2", TunOffloads.None, true)]
    [InlineData("10.78.0.2", TunOffloads.Tso4 | TunOffloads.Tso6, true)]
    [InlineData("10.78.0.2", TunOffloads.MergeTcp, true)]
    [InlineData("fd78::2", TunOffloads.All, true)]
    public void Relay_TcpBothWays_ContentArrives(string server, TunOffloads disabled, bool divides)
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        using var relay = new TunRelay(disabled, divides);
        var address = new IPEndPoint(IPAddress.Parse(server), Port);
        using var listener = relay.SpaceB.Run(() => new TcpListener(address));
        relay.SpaceB.Run(listener.Start);
        using var client = relay.SpaceA.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        client.Connect(address);
        using var accepted = listener.AcceptSocket();
        Exchange(client, accepted);
        relay.Stop();

        var hasSuperframes = (disabled & TunOffloads.Tso4) == 0;
        Assert.True(hasSuperframes == relay.A.ReceivedSuperframes > 0, $"received superframes: {relay.A.ReceivedSuperframes}");
        var isMerging = hasSuperframes && (!divides || (disabled & TunOffloads.MergeTcp) == 0);
        Assert.True(!isMerging || relay.B.InjectedSuperframes > 0, "no superframe was injected");
        Assert.Equal((0, 0), (relay.A.Stats.SendFailures, relay.A.Stats.ReceiveFailures));
        Assert.Equal((disabled & TunOffloads.MergeTcp) == 0, relay.B.MergesTcp);
        Assert.Equal(0, relay.Buffers.Outstanding);
    }

    [Theory]
    [InlineData("10.78.0.2", TunOffloads.None, false)]
    [InlineData("10.78.0.2", TunOffloads.None, true)]
    [InlineData("fd78::2", TunOffloads.None, false)]
    [InlineData("fd78::2", TunOffloads.None, true)]
    [InlineData("10.78.0.2", TunOffloads.Uso4 | TunOffloads.Uso6 | TunOffloads.MergeUdp, true)]
    public void Relay_SegmentedUdp_EveryDatagramArrives(string server, TunOffloads disabled, bool divides)
    {
        const int Count = 40;
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        using var relay = new TunRelay(disabled, divides);
        var address = new IPEndPoint(IPAddress.Parse(server), Port);
        using var receiver = relay.SpaceB.Run(() => HostSocket.Udp(address));
        using var sender = relay.SpaceA.Run(() => HostSocket.Udp(new IPEndPoint(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0)));
        sender.SetRawSocketOption(17, 103, BitConverter.GetBytes(1000));
        var sent = RandomNumberGenerator.GetBytes(Count * 1000);
        sender.SendTo(sent, address);
        var received = new byte[sent.Length];
        for (var i = 0; i < Count; i++)
        {
            Assert.True(receiver.Poll(TestThread.Patience, SelectMode.SelectRead), $"{i} of {Count} datagrams arrived; A {relay.A.Stats}, B {relay.B.Stats}");
            Assert.Equal(1000, receiver.Receive(received.AsSpan(i * 1000)));
        }

        Assert.Equal(sent, received);
        Assert.Equal((disabled & TunOffloads.Uso4) == 0 ? 1 : 0, relay.A.ReceivedSuperframes);
    }

    [Fact]
    public void Receive_SuperframeOfManyTinySegments_IsCutAndArrivesWhole()
    {
        const int Count = 60;
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        using var relay = new TunRelay(TunOffloads.None, divides: true);
        using var listener = relay.SpaceB.Run(() => new TcpListener(new IPEndPoint(IPAddress.Parse("10.78.0.2"), Port)));
        // TCP_MAXSEG: 64 KB of such segments are far more than 128.
        relay.SpaceB.Run(() => listener.Server.SetRawSocketOption(6, 2, BitConverter.GetBytes(100)));
        relay.SpaceB.Run(listener.Start);
        using var client = relay.SpaceA.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        client.Connect(new IPEndPoint(IPAddress.Parse("10.78.0.2"), Port));
        using var accepted = listener.AcceptSocket();
        var sent = RandomNumberGenerator.GetBytes(Count * 65536);
        using var sender = new TestThread("sender", () => SendAll(client, sent));
        Assert.Equal(sent, ReceiveAll(accepted, sent.Length));
        relay.Stop();
        Assert.Equal(0, relay.Buffers.Outstanding);
    }

    private static void Exchange(Socket one, Socket other)
    {
        var forth = RandomNumberGenerator.GetBytes(Octets);
        var back = RandomNumberGenerator.GetBytes(Octets);
        byte[] atOne = [];
        byte[] atOther = [];
        using (new TestThread("send forth", () => SendAll(one, forth)))
        using (new TestThread("send back", () => SendAll(other, back)))
        using (new TestThread("receive forth", () => atOther = ReceiveAll(other, Octets)))
        using (new TestThread("receive back", () => atOne = ReceiveAll(one, Octets)))
        {
        }

        Assert.True(forth.AsSpan().SequenceEqual(atOther), "the content from A differs");
        Assert.True(back.AsSpan().SequenceEqual(atOne), "the content from B differs");
    }

    private static void SendAll(Socket socket, byte[] octets)
    {
        for (var at = 0; at < octets.Length;)
        {
            at += socket.Send(octets.AsSpan(at));
        }
    }

    private static byte[] ReceiveAll(Socket socket, int count)
    {
        socket.ReceiveTimeout = (int)TestThread.Patience.TotalMilliseconds;
        var octets = new byte[count];
        for (var at = 0; at < count;)
        {
            var received = socket.Receive(octets.AsSpan(at));
            Assert.NotEqual(0, received);
            at += received;
        }

        return octets;
    }
}
