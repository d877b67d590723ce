namespace Control.Tests.Ike.V2.Kit;

/// <summary>What two ends that agree must both hold.</summary>
internal static class Agreed
{
    /// <summary>As many children, each the mirror of one at the other end, with its keys; and what one seals with, the other takes.</summary>
    public static void Hold(LinkedEndpoints ends, int children)
    {
        Assert.Equal(children, ends.Left.Inbound.Count);
        Assert.Equal(children, ends.Right.Inbound.Count);
        foreach (var left in ends.Left.Inbound.Values)
        {
            var right = ends.Right.Inbound[left.OutboundSpi];
            Assert.Equal(left.InboundSpi, right.OutboundSpi);
            Assert.Equal(left.Protocol, right.Protocol);
            Assert.Equal(left.Suite, right.Suite);
            Assert.Equal(left.IsTransport, right.IsTransport);
            Assert.Equal(left.HasExtendedNumbers, right.HasExtendedNumbers);
            Assert.Equal(left.IsEncapsulated, right.IsEncapsulated);
            Assert.Equal(left.InboundKeys.Encryption.Reveal(), right.OutboundKeys.Encryption.Reveal());
            Assert.Equal(left.OutboundKeys.Encryption.Reveal(), right.InboundKeys.Encryption.Reveal());
            Assert.Equal(left.Selectors.Select(selector => (selector.Local, selector.Remote)), right.Selectors.Select(selector => (selector.Remote, selector.Local)));
        }

        Seal(ends);
    }

    /// <summary>What each end seals with is installed at the other.</summary>
    public static void Seal(LinkedEndpoints ends)
    {
        foreach (var (mine, other) in new[] { (ends.Left, ends.Right), (ends.Right, ends.Left) })
        {
            if (mine.Inbound.Count > 0)
            {
                Assert.NotNull(mine.Sealing);
                Assert.True(other.Inbound.ContainsKey(mine.Sealing.OutboundSpi), "what is sealed with, the peer takes");
            }
        }
    }
}
