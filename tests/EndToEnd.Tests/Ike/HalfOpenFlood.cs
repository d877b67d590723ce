using System.Net;
using System.Net.Sockets;
using IpsecDp.Daemon.Ike;
using IpsecDp.Ike;
using IpsecDp.Policy.Compile;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace EndToEnd.Tests.Ike;

/// <summary>First messages of peers that never go on, each of which is answered.</summary>
internal static class HalfOpenFlood
{
    /// <summary>Begins so many IKE SAs from an address of a namespace with whom the policy of that host means; throws when one is not answered.</summary>
    public static void Begin(NetworkNamespace space, string from, string to, string policyFile, int count)
    {
        Assert.True(PolicyCompiler.TryCompileFile(policyFile, out var policy, out var errors), $"{errors}");
        using (policy)
        {
            using var socket = space.Run(() => new UdpClient(new IPEndPoint(IPAddress.Parse(from), 0)));
            socket.Client.ReceiveTimeout = (int)TestThread.Patience.TotalMilliseconds;
            for (var i = 0; i < count; i++)
            {
                // An endpoint of its own each time, so that no two have the same SPI.
                using var endpoint = new IkeEndpoint(policy!.Ike);
                var outbox = new IkeOutbox();
                endpoint.Execute(new IkeCommand.Initiate("peers", "inside"), new IkeTurn(DateTimeOffset.UnixEpoch, new SystemEntropy(), outbox));
                socket.Send(outbox.Transmits[0].Message.Span, new IPEndPoint(IPAddress.Parse(to), IkePath.Port));
                var source = new IPEndPoint(IPAddress.Any, 0);
                Assert.NotEmpty(socket.Receive(ref source));
            }
        }
    }
}
