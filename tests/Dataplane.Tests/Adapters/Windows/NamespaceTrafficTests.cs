using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Divert;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>Real ping and real TCP between the IP stacks of two namespaces, through two captures over the library double and ESP between them.</summary>
public sealed class NamespaceTrafficTests
{
    private const string AddressA = "10.78.0.1";
    private const string AddressB = "10.78.0.2";
    private const byte TransportSums = DivertAddressImage.TcpChecksum | DivertAddressImage.UdpChecksum;

    [Theory]
    [InlineData(0, false)]
    [InlineData(TransportSums, false)]
    [InlineData(0, true)]
    public void PingAndTcp_BetweenTwoHosts_CrossTheLinkAsEspAlone(byte cardFinishes, bool takesAnyPeer)
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        Assert.SkipWhen(WinDivertDouble.Hindrance is not null, WinDivertDouble.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        var onLink = new ConcurrentQueue<byte[]>();
        using var a = new NamespaceHost(spaces.A, AddressA, AddressB, cardFinishes, takesAnyPeer);
        using var b = new NamespaceHost(spaces.B, AddressB, AddressA, cardFinishes, takesAnyPeer);
        Join(a, b, onLink);
        spaces.A.Ping(AddressB, count: 5);
        CarryTcp(spaces, 400_000);
        // Larger than the link, and to be cut: sealed whole, cut behind that, put together again by the far line.
        spaces.A.Ping(AddressB, count: 2, "-M", "dont", "-s", "3000");
        LearnPathMtu(spaces);
        Assert.NotEmpty(onLink);
        Assert.All(onLink, packet => Assert.Equal(IpProtocol.Esp, packet[9]));
        Assert.All(onLink, packet => Assert.True(packet.Length <= 1500, $"{packet.Length} octets"));
        Assert.Equal((0, 0), (a.Kernel.Guarded, b.Kernel.Guarded));

        // The daemon of A goes; its guard stays: silence, and nothing in clear.
        a.StopPlane();
        Assert.Throws<InvalidOperationException>(() => spaces.A.Execute("ping", "-c", "2", "-i", "0.2", "-W", "1", AddressB));
        Assert.True(SpinWait.SpinUntil(() => a.Kernel.Guarded >= 2, TestThread.Patience), $"the guard saw {a.Kernel.Guarded}");
        Assert.All(onLink, packet => Assert.Equal(IpProtocol.Esp, packet[9]));
    }

    // What fits the link but not once it is sealed is answered with ICMP, from which the real stack learns.
    private static void LearnPathMtu(NetworkNamespaces spaces)
    {
        Assert.DoesNotContain("mtu", spaces.A.Ip("route", "get", AddressB), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => spaces.A.Execute("ping", "-c", "1", "-W", "1", "-M", "do", "-s", "1472", AddressB));
        Assert.True(SpinWait.SpinUntil(() => spaces.A.Ip("route", "get", AddressB).Contains("mtu 14", StringComparison.Ordinal), TestThread.Patience), spaces.A.Ip("route", "get", AddressB));
        spaces.A.Ping(AddressB, count: 1, "-M", "do", "-s", "1400");
    }

    private static void Join(NamespaceHost a, NamespaceHost b, ConcurrentQueue<byte[]> onLink)
    {
        a.Link = packet => Cross(b, packet);
        b.Link = packet => Cross(a, packet);
        var there = TestSa.Model(0x1001, AddressA, AddressB, isOutbound: true);
        var back = TestSa.Model(0x1002, AddressB, AddressA, isOutbound: true);
        a.Start(new TunnelModel(TestSa.Tunnel, [there], [TestSa.Model(0x1002, AddressB, AddressA, isOutbound: false)]));
        b.Start(new TunnelModel(TestSa.Tunnel, [back], [TestSa.Model(0x1001, AddressA, AddressB, isOutbound: false)]));

        void Cross(NamespaceHost other, byte[] packet)
        {
            onLink.Enqueue(packet);
            other.Kernel.WireBrings(packet);
        }
    }

    private static void CarryTcp(NetworkNamespaces spaces, int octets)
    {
        using var listener = spaces.B.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(AddressB), 5001));
            socket.Listen();
            return socket;
        });
        var sent = RandomNumberGenerator.GetBytes(octets);
        var received = new MemoryStream();
        using (new TestThread("server", () =>
        {
            using var connection = listener.Accept();
            connection.ReceiveTimeout = (int)TestThread.Patience.TotalMilliseconds;
            var buffer = new byte[16384];
            for (int count; (count = connection.Receive(buffer)) > 0;)
            {
                received.Write(buffer, 0, count);
            }
        }))
        {
            using var client = spaces.A.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            client.SendTimeout = (int)TestThread.Patience.TotalMilliseconds;
            client.Connect(new IPEndPoint(IPAddress.Parse(AddressB), 5001));
            for (var at = 0; at < sent.Length;)
            {
                at += client.Send(sent.AsSpan(at));
            }

            client.Shutdown(SocketShutdown.Send);
        }

        Assert.Equal(sent, received.ToArray());
    }
}
