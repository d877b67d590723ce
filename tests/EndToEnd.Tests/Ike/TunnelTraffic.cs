using System.Net;
using System.Net.Sockets;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace EndToEnd.Tests.Ike;

/// <summary>What applications send through a tunnel between two namespaces.</summary>
internal static class TunnelTraffic
{
    private const int Port = 7007;

    /// <summary>Pings and requires every answer; the first may wait for the tunnel.</summary>
    public static void Ping(NetworkNamespace space, string from, string to, int count = 2) => space.Ping(to, count, "-I", from);

    /// <summary>Pings until there is an answer, where a path that broke has to be found again.</summary>
    public static void PingUntilAnswered(NetworkNamespace space, string from, string to) => Assert.True(
        SpinWait.SpinUntil(() => space.Execute("sh", "-c", $"ping -c 1 -W 1 -I {from} {to} || true").Contains(" 1 received", StringComparison.Ordinal), TestThread.Patience),
        $"no answer from {to}");

    /// <summary>Sends octets by TCP from A to B and back; what comes back has to be the same.</summary>
    public static void Transfer(NetworkNamespaces spaces, string insideA, string insideB, int octets = 1 << 20)
    {
        var sent = new byte[octets];
        new Random(1).NextBytes(sent);
        using var listener = spaces.B.Run(() =>
        {
            var made = new TcpListener(IPAddress.Parse(insideB), Port);
            made.Start();
            return made;
        });
        using var client = spaces.A.Run(() =>
        {
            var made = new TcpClient(new IPEndPoint(IPAddress.Parse(insideA), 0));
            made.Connect(IPAddress.Parse(insideB), Port);
            return made;
        });
        using var server = listener.AcceptTcpClient();
        server.ReceiveTimeout = client.ReceiveTimeout = (int)TestThread.Patience.TotalMilliseconds;
        var received = new byte[sent.Length];
        using (new TestThread("echo", () =>
        {
            var room = new byte[sent.Length];
            server.GetStream().ReadExactly(room);
            server.GetStream().Write(room);
        }))
        {
            client.GetStream().Write(sent);
            client.GetStream().ReadExactly(received);
        }

        Assert.Equal(sent, received);
    }
}
