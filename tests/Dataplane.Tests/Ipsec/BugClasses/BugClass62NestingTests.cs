using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>ESP in ESP in ESP …: work an authentic peer can ask for with one packet.</summary>
public sealed class BugClass62NestingTests
{
    private const string From = "192.0.2.10";
    private const string To = "198.51.100.20";

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    public void BugClass62_NestedBeyondTheDepth_EndsAtIt(int levels)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, mtu: 9000, form: LineForm.Plain);
        Assert.Empty(pair.B.Receive(Nest(levels)));
        Assert.Equal(1, pair.B.Dropped(DropReason.NestedTooDeeply));
        Assert.Equal((ulong)levels, pair.B.Plane.Snapshot().Associations.Single(sa => sa.IsInbound).HighestSequence);
        Assert.Equal(0, pair.B.Outstanding);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void BugClass62_NestedMoreThanPolicyDemands_IsWrongProtection(int levels)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, mtu: 9000, form: LineForm.Plain);
        Assert.Empty(pair.B.Receive(Nest(levels)));
        Assert.Equal(1, pair.B.Dropped(DropReason.WrongProtection));
        Assert.Single(pair.B.Receive(Nest(1, 100)));
        Assert.Equal(0, pair.B.Outstanding);
    }

    // The outermost has the highest number, or the inner ones would come late: each counts down from it.
    private static byte[] Nest(int levels, ulong number = 0)
    {
        var model = TestSa.Model(SteppedPair.SpiToB, From, To, false, SaMode.Tunnel);
        var packet = PacketBuilder.Udp(From, To, 7, 9).Payload(20).Build();
        for (var level = 1; level <= levels; level++)
        {
            packet = HandMadeEsp.Packet(model, From, To, HandMadeEsp.WithTrailer(packet, IpProtocol.Ipv4), number + (ulong)level);
        }

        return packet;
    }
}
