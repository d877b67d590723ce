using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using IpsecDp.TestKit.Ports;
using Windows.Tests.Capture;

namespace Windows.Tests.Driver;

/// <summary>The released driver in this machine's own path, as administrator: real sockets on one side, a peer in memory on the other, and nothing leaves the machine.</summary>
[Collection(nameof(CaptureOverDeviceTests))]
public sealed class RealDriverTests
{
    // RFC 5737: nobody's address. The wire handle takes what goes there before a network sees it.
    private const string Remote = "192.0.2.77";

    public RealDriverTests() => Installation.RequireReal();

    [Fact]
    public async Task Ping_ThroughTheDriver_IsAnsweredAndOnlyEspIsOnTheWire()
    {
        var local = LocalAddress();
        using var scene = new CaptureScene(local, Remote, packet => Echo.Answer(packet, Remote, local));
        using var ping = new Ping();
        for (var round = 0; round < 5; round++)
        {
            var reply = await ping.SendPingAsync(IPAddress.Parse(Remote), TestThread.Patience, new byte[32 + (round * 300)], new PingOptions(), TestContext.Current.CancellationToken);
            Assert.True(reply.Status == IPStatus.Success, $"{reply.Status} in round {round}; {scene.Sealed} sealed; {scene.Drops}");
        }

        Assert.True(scene.Sealed >= 5);
        Assert.Empty(scene.ClearOnWire);
    }

    [Fact]
    public void Udp_SentByASocket_LeavesAsEspOnly()
    {
        var local = LocalAddress();
        var seen = 0;
        using var scene = new CaptureScene(local, Remote, _ =>
        {
            Interlocked.Increment(ref seen);
            return null;
        });
        using var socket = new UdpClient();
        for (var number = 0; number < 20; number++)
        {
            socket.Send(new byte[100 + number], new IPEndPoint(IPAddress.Parse(Remote), 12000));
        }

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref seen) >= 20, TestThread.Patience), $"{seen} of 20; {scene.Sealed} sealed; {scene.Drops}");
        Assert.Empty(scene.ClearOnWire);
    }

    [Fact]
    public void Capture_Gone_GuardKeepsTheHostsPacketsIn()
    {
        var local = LocalAddress();
        using var scene = new CaptureScene(local, Remote, _ => null);
        scene.Capture.Dispose();
        using var socket = new UdpClient();
        socket.Send(new byte[100], new IPEndPoint(IPAddress.Parse(Remote), 12000));
        scene.Guard.Dispose();
        // Without capture and guard the next one passes, and what the guard dropped would have come before it.
        socket.Send(new byte[101], new IPEndPoint(IPAddress.Parse(Remote), 12000));
        Assert.True(SpinWait.SpinUntil(() => scene.ClearOnWire.Count > 0, TestThread.Patience));
        Assert.All(scene.ClearOnWire, packet => Assert.Equal(20 + 8 + 101, packet.Length));
    }

    // The address the system would use towards the peer; no packet is sent for it.
    private static string LocalAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(IPAddress.Parse(Remote), 12000);
        return ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
    }
}
