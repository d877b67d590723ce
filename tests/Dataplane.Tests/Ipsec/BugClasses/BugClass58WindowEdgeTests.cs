using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>Edges and shifts of the window, with whole packets; the model check against a set is ReplayWindowTests.</summary>
public sealed class BugClass58WindowEdgeTests
{
    private const string From = "192.0.2.10";
    private const string To = "198.51.100.20";

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(1024)]
    [InlineData(4096)]
    public void BugClass58_NumbersAroundTheEdges_AreTakenOnceOrRefused(int size)
    {
        using var pair = new SteppedPair(change: model => model with { ReplayWindow = size });
        var window = (ulong)size;
        Receive(pair, 0, false);
        Receive(pair, 5 * window, true);
        Receive(pair, 4 * window + 1, true);
        Receive(pair, 4 * window + 1, false);
        Receive(pair, 4 * window, false);
        Receive(pair, 4 * window - 1, false);
        Receive(pair, 7 * window, true);
        Receive(pair, 5 * window, false);
        Receive(pair, 7 * window - 1, true);
        Receive(pair, 7 * window + (1UL << 31), true);
        Receive(pair, 7 * window + (1UL << 31) - window + 1, true);
        Receive(pair, 7 * window, false);
        Receive(pair, uint.MaxValue, true);
        Receive(pair, uint.MaxValue, false);
        Assert.Equal(7, pair.B.Dropped(DropReason.Replayed));
        Assert.Equal(0, pair.B.Outstanding);
    }

    private static void Receive(SteppedPair pair, ulong number, bool isTaken)
    {
        var udp = PacketBuilder.Udp(From, To, 7, 9).Payload(20).Build()[20..];
        var packet = HandMadeEsp.Packet(TestSa.Model(SteppedPair.SpiToB, From, To, false), From, To, HandMadeEsp.WithTrailer(udp, IpProtocol.Udp), number);
        Assert.True(pair.B.Receive(packet).Count == (isTaken ? 1 : 0), $"number {number}");
    }
}
