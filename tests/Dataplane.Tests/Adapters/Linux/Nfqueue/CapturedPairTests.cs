using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

/// <summary>The kernel's own TCP, UDP and ICMP through two captures and real ESP.</summary>
public sealed class CapturedPairTests
{
    private const int Octets = 4 << 20;
    private const int Port = 5000;

    [Theory]
    [InlineData(false, SaMode.Transport)]
    [InlineData(true, SaMode.Transport)]
    [InlineData(false, SaMode.Tunnel)]
    [InlineData(true, SaMode.Tunnel)]
    public void Tcp_BothWays_ContentArrivesAndNothingInClear(bool isV6, SaMode mode)
    {
        using var pair = new CapturedPair(mode);
        Converse(pair, isV6);
        Assert.Empty(pair.ClearPackets());
    }

    [Fact]
    public void Tcp_BehindAFirewallThatTracks_IsSeenAsOneConversation()
    {
        using var pair = new CapturedPair();
        var a = pair.Spaces.A;
        a.Execute("iptables", "-w", "-A", "INPUT", "-i", "lo", "-j", "ACCEPT");
        a.Execute("iptables", "-w", "-A", "INPUT", "-i", NetworkNamespaces.Link, "-m", "conntrack", "--ctstate", "ESTABLISHED,RELATED", "-j", "ACCEPT");
        a.Execute("iptables", "-w", "-A", "INPUT", "-j", "DROP");
        Converse(pair, isV6: false);
        a.Ping($"{NetworkNamespaces.AddressOfB}");
    }

    [Theory]
    [InlineData(false, 100)]
    [InlineData(false, 1472)]
    [InlineData(false, 9000)]
    [InlineData(true, 100)]
    [InlineData(true, 1452)]
    [InlineData(true, 9000)]
    public void Datagrams_OfAnySize_ArriveOnceThePathIsKnown(bool isV6, int length)
    {
        using var pair = new CapturedPair();
        var (one, other) = Addresses(isV6);
        using var receiver = pair.Spaces.B.Run(() => HostSocket.Udp(new IPEndPoint(other, Port)));
        using var sender = pair.Spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(one, 0)));
        var sent = RandomNumberGenerator.GetBytes(length);
        // The first that fills the link is answered with the size that fits, and its sender cuts the next.
        var received = new byte[length + 1];
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    TrySend(sender, sent, new IPEndPoint(other, Port));
                    return receiver.Poll(100_000, SelectMode.SelectRead);
                },
                TestThread.Patience),
            "none arrived");
        Assert.Equal(length, receiver.Receive(received));
        Assert.Equal(sent, received[..length]);
        Assert.Empty(pair.ClearPackets());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ping_ThereAndBack_IsAnswered(bool isV6)
    {
        using var pair = new CapturedPair();
        pair.Spaces.A.Ping($"{Addresses(isV6).B}", count: 2);
        pair.Spaces.B.PingUntilAnswered($"{Addresses(isV6).A}", "-s", "4000");
        Assert.Empty(pair.ClearPackets());
    }

    [Fact]
    public void Clear_FromAPeerThatShouldProtect_IsRefused()
    {
        using var pair = new CapturedPair();
        using var receiver = pair.Spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOfA, Port)));
        pair.HostB.Dispose();
        using var sender = pair.Spaces.B.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOfB, 0)));
        sender.SendTo(new byte[100], new IPEndPoint(NetworkNamespaces.AddressOfA, Port));
        Assert.True(SpinWait.SpinUntil(() => pair.HostA.Dropped(DropReason.ClearButProtected) == 1, TestThread.Patience), "it was not judged");
        Assert.Equal(0, receiver.Available);
    }

    [Fact]
    public void Crash_InFlow_PacketsStopAndNothingLeavesInClear()
    {
        using var pair = new CapturedPair();
        using var sender = pair.Spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOfA, 0)));
        using var stop = new CancellationTokenSource();
        var sent = 0;
        using (new TestThread("flow", () =>
        {
            while (!stop.IsCancellationRequested)
            {
                sent += TrySend(sender, new byte[500], new IPEndPoint(NetworkNamespaces.AddressOfB, Port)) ? 1 : 0;
            }
        }))
        {
            AwaitMore(() => sent, 200);
            pair.HostA.Crash();
            AwaitMore(() => sent, 200);
            stop.Cancel();
        }

        Assert.Empty(pair.ClearPackets());
    }

    [Fact]
    public void Replace_InFlow_NothingLeavesInClear()
    {
        using var pair = new CapturedPair();
        using var sender = pair.Spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOfA, 0)));
        using var stop = new CancellationTokenSource();
        var sent = 0;
        using (new TestThread("flow", () =>
        {
            while (!stop.IsCancellationRequested)
            {
                sent += TrySend(sender, new byte[500], new IPEndPoint(NetworkNamespaces.AddressOfB, Port)) ? 1 : 0;
            }
        }))
        {
            for (var round = 0; round < 6; round++)
            {
                AwaitMore(() => sent, 100);
                var narrow = CaptureSpaces.Any(CaptureSpaces.A, CaptureSpaces.B, IpProtocol.Udp);
                pair.HostA.Capture.Replace(CaptureSpaces.Plan(round % 2 == 0 ? [narrow] : [CaptureSpaces.Any(CaptureSpaces.A, CaptureSpaces.B)]));
            }

            stop.Cancel();
        }

        Assert.Empty(pair.ClearPackets());
    }

    private static void Converse(CapturedPair pair, bool isV6)
    {
        var server = new IPEndPoint(Addresses(isV6).B, Port);
        using var listener = pair.Spaces.B.Run(() => new TcpListener(server));
        pair.Spaces.B.Run(listener.Start);
        using var client = pair.Spaces.A.Run(() => new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        client.Connect(server);
        using var accepted = listener.AcceptSocket();
        var forth = RandomNumberGenerator.GetBytes(Octets);
        var back = RandomNumberGenerator.GetBytes(Octets);
        byte[] atA = [];
        byte[] atB = [];
        using (new TestThread("send forth", () => SendAll(client, forth)))
        using (new TestThread("send back", () => SendAll(accepted, back)))
        using (new TestThread("receive forth", () => atB = ReceiveAll(accepted)))
        using (new TestThread("receive back", () => atA = ReceiveAll(client)))
        {
        }

        Assert.True(forth.AsSpan().SequenceEqual(atB), "the content from A differs");
        Assert.True(back.AsSpan().SequenceEqual(atA), "the content from B differs");
    }

    private static (IPAddress A, IPAddress B) Addresses(bool isV6) => isV6
        ? (NetworkNamespaces.AddressV6OfA, NetworkNamespaces.AddressV6OfB)
        : (NetworkNamespaces.AddressOfA, NetworkNamespaces.AddressOfB);

    private static void AwaitMore(Func<int> count, int more)
    {
        var goal = count() + more;
        Assert.True(SpinWait.SpinUntil(() => count() >= goal, TestThread.Patience), "the flow stands still");
    }

    // The socket says EMSGSIZE once the path is known to carry less, and EPERM never.
    private static bool TrySend(Socket socket, byte[] datagram, IPEndPoint target)
    {
        try
        {
            return socket.SendTo(datagram, target) == datagram.Length;
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.MessageSize or SocketError.ConnectionRefused or SocketError.NoBufferSpaceAvailable)
        {
            return false;
        }
    }

    private static void SendAll(Socket socket, byte[] octets)
    {
        for (var at = 0; at < octets.Length;)
        {
            at += socket.Send(octets.AsSpan(at));
        }
    }

    private static byte[] ReceiveAll(Socket socket)
    {
        socket.ReceiveTimeout = (int)TestThread.Patience.TotalMilliseconds;
        var octets = new byte[Octets];
        for (var at = 0; at < octets.Length;)
        {
            var received = socket.Receive(octets.AsSpan(at));
            Assert.NotEqual(0, received);
            at += received;
        }

        return octets;
    }
}
