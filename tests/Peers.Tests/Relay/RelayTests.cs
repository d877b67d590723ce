using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Contenders;
using IpsecDp.Peers.Datagrams;
using IpsecDp.Peers.Relay;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace Peers.Tests.Relay;

[Collection("beds")]
public sealed class RelayTests
{
    private const int Port = 5400;
    private const int StreamLength = 48 << 20;
    private const int Datagrams = 400;

    [Theory]
    [InlineData("free", "Udp")]
    [InlineData("crossed", "Udp")]
    [InlineData("free", "Raw")]
    [InlineData("free", "Sealed")]
    public void Relay_StreamAndDatagrams_ArriveAsTheyWereSent(string placement, string form)
    {
        if (NetworkNamespaces.Hindrance is { } hindrance)
        {
            Assert.Skip(hindrance);
        }

        var cancellation = TestContext.Current.CancellationToken;
        using var bed = new TestBed();
        // It is set up once a ping has passed.
        using var tunnel = new BareRelay(Enum.Parse<RelayForm>(form), Placement.Of(placement)).SetUp(bed, cancellation);
        RequireSameStream(bed);
        foreach (var length in new[] { 1, 172, 1372, 1400 })
        {
            RequireSameDatagrams(bed, length);
        }

        tunnel.RequireRunning();
    }

    [Fact]
    public void Bed_Disposed_LeavesNothing()
    {
        if (NetworkNamespaces.Hindrance is { } hindrance)
        {
            Assert.Skip(hindrance);
        }

        IReadOnlyList<int> processes;
        using (var bed = new TestBed())
        using (var tunnel = new BareRelay(RelayForm.Udp, Placement.Free).SetUp(bed, TestContext.Current.CancellationToken))
        {
            processes = tunnel.Processes;
        }

        Assert.Empty(PeersProgram.TracesOf(BedIdentity.Names.Own));
        Assert.True(processes.Count >= 4);
        Assert.True(SpinWait.SpinUntil(() => !processes.Any(process => ProcessFigures.TryReadStat(process, out var fields) && fields[0] != "Z"), TestThread.Patience), "a process was left");
    }

    private static void RequireSameStream(TestBed bed)
    {
        var content = new byte[StreamLength];
        new Random(7).NextBytes(content);
        using var listener = Open(bed.B, SocketType.Stream, ProtocolType.Tcp);
        listener.Listen();
        using var client = Open(bed.A, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(new IPEndPoint(bed.B.Inner, Port));
        using var server = listener.Accept();
        var received = Task.Run(() =>
        {
            using var stream = new NetworkStream(server);
            return SHA256.HashData(stream);
        });
        using (var stream = new NetworkStream(client))
        {
            stream.Write(content);
        }

        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(SHA256.HashData(content), received.GetAwaiter().GetResult());
    }

    private static void RequireSameDatagrams(TestBed bed, int length)
    {
        using var a = BedSocket.Open(bed.A, new IPEndPoint(bed.A.Inner, Port), new IPEndPoint(bed.B.Inner, Port));
        using var b = BedSocket.Open(bed.B, new IPEndPoint(bed.B.Inner, Port), new IPEndPoint(bed.A.Inner, Port));
        var missing = Enumerable.Range(0, length < sizeof(int) ? 1 : Datagrams).ToHashSet();
        var room = new byte[ushort.MaxValue];
        var started = TimeProvider.System.GetTimestamp();
        while (missing.Count > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(3), $"{missing.Count} datagrams of {length} octets never came");
            foreach (var number in missing)
            {
                a.Send(Content(number, length));
            }

            while (missing.Count > 0)
            {
                var came = b.Receive(room, SocketFlags.None, out var refusal);
                if (refusal != SocketError.Success)
                {
                    break;
                }

                var number = length < sizeof(int) ? 0 : BitConverter.ToInt32(room);
                Assert.Equal(Content(number, length), room[..came]);
                missing.Remove(number);
            }
        }
    }

    private static byte[] Content(int number, int length)
    {
        var content = new byte[Math.Max(length, sizeof(int))];
        new Random(number).NextBytes(content);
        BitConverter.TryWriteBytes(content, number);
        return content[..length];
    }

    private static Socket Open(Site site, SocketType type, ProtocolType protocol) => site.Space.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        socket.Bind(new IPEndPoint(site.Inner, Port));
        return socket;
    });
}
