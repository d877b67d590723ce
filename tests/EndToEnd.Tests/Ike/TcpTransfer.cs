using System.Net;
using System.Net.Sockets;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>A megabyte there and back over TCP: many segments, which a tunnel must carry in either direction.</summary>
internal static class TcpTransfer
{
    private const int Port = 7007;
    private const int Patience = 60_000;

    /// <summary>Sends it from A to B and back, and requires that it came back as it was.</summary>
    public static void Run(NetworkNamespaces spaces, string a, string b)
    {
        var sent = new byte[1 << 20];
        new Random(1).NextBytes(sent);
        using var listener = spaces.B.Run(() =>
        {
            var made = new TcpListener(IPAddress.Parse(b), Port);
            made.Start();
            return made;
        });
        using var client = spaces.A.Run(() =>
        {
            var made = new TcpClient(new IPEndPoint(IPAddress.Parse(a), 0));
            made.Connect(IPAddress.Parse(b), Port);
            return made;
        });
        using var server = listener.AcceptTcpClient();
        server.ReceiveTimeout = client.ReceiveTimeout = Patience;
        var echo = new Thread(() =>
        {
            var octets = new byte[sent.Length];
            server.GetStream().ReadExactly(octets);
            server.GetStream().Write(octets);
        });
        echo.Start();
        client.GetStream().Write(sent);
        var received = new byte[sent.Length];
        client.GetStream().ReadExactly(received);
        echo.Join();
        Assert.Equal(sent, received);
    }
}
