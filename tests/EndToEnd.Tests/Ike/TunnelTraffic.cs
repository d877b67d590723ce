using System.Net;
using System.Net.Sockets;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>What applications send through a tunnel between two namespaces.</summary>
internal static class TunnelTraffic
{
    private const int Port = 7007;
    private const int Patience = 90_000;

    /// <summary>Pings and requires every answer; the first may wait for the tunnel.</summary>
    public static void Ping(NetworkNamespace space, string from, string to, int count = 2)
    {
        // One at a time: after its first answer ping(8) waits two round trips for the others, which a machine with much to do exceeds.
        for (var i = 0; i < count; i++)
        {
            Assert.Contains(" 1 received", space.Execute("ping", "-c", "1", "-W", "90", "-I", from, to), StringComparison.Ordinal);
        }
    }

    /// <summary>Pings until there is an answer, where a path that broke has to be found again.</summary>
    public static void PingUntilAnswered(NetworkNamespace space, string from, string to) => Assert.True(
        SpinWait.SpinUntil(() => space.Execute("sh", "-c", $"ping -c 1 -W 1 -I {from} {to} || true").Contains(" 1 received", StringComparison.Ordinal), Patience),
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
        server.ReceiveTimeout = client.ReceiveTimeout = Patience;
        var echo = new Thread(() =>
        {
            var room = new byte[sent.Length];
            server.GetStream().ReadExactly(room);
            server.GetStream().Write(room);
        });
        echo.Start();
        client.GetStream().Write(sent);
        var received = new byte[sent.Length];
        client.GetStream().ReadExactly(received);
        echo.Join();
        Assert.Equal(sent, received);
    }
}
