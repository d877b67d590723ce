using System.Buffers.Binary;
using IpsecDp.Ipsec;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>A window that moves before the ICV is checked: one forged packet shuts the peer out.</summary>
public sealed class BugClass57ForgedNumberTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BugClass57_ForgedNumberFarAhead_WindowUnchanged(bool isExtended)
    {
        using var pair = new SteppedPair(change: model => model with { ExtendedSequenceNumbers = isExtended });
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(20).Build();
        var first = Assert.Single(pair.A.Send(clear));
        Assert.Single(pair.B.Receive(first));
        foreach (var number in new uint[] { 2, 1000, 1U << 31, uint.MaxValue })
        {
            var forged = (byte[])first.Clone();
            BinaryPrimitives.WriteUInt32BigEndian(forged.AsSpan(24), number);
            Assert.Empty(pair.B.Receive(forged));
        }

        var sa = pair.B.Plane.Snapshot().Associations.Single(entry => entry.IsInbound);
        Assert.Equal((1UL, 0L), (sa.HighestSequence, sa.Lost));
        Assert.Equal(4, pair.B.Dropped(DropReason.IntegrityFailed) + pair.B.Dropped(DropReason.Replayed));
        Assert.Equal([clear], pair.Carry(clear));
    }
}
