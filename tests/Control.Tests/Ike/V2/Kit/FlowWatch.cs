using IpsecDp.Ike;

namespace Control.Tests.Ike.V2.Kit;

/// <summary>Looks at each datagram whether packets between both ends would get through: each end seals, with what the other takes.</summary>
internal sealed class FlowWatch(LinkedEndpoints ends)
{
    /// <summary>Looks from here on.</summary>
    public static FlowWatch Over(LinkedEndpoints ends)
    {
        var watch = new FlowWatch(ends);
        var script = ends.Script;
        ends.Script = datagram =>
        {
            watch.Look();
            return script(datagram);
        };
        return watch;
    }

    /// <summary>Looks now.</summary>
    public void Look()
    {
        Require(ends.Left, ends.Right);
        Require(ends.Right, ends.Left);
    }

    /// <summary>Looks, and requires that both ends seal with one pair, which is the only one.</summary>
    public void Settle()
    {
        Look();
        Agreed.Hold(ends, children: 1);
        Assert.Equal(ends.Left.Sealer!.InboundSpi, ends.Right.Sealer!.OutboundSpi);
        Assert.Equal(ends.Left.Sealer.OutboundSpi, ends.Right.Sealer.InboundSpi);
    }

    private void Require(LinkedEnd from, LinkedEnd to)
    {
        Assert.True(from.Sealer is not null, "each end seals at any time\n" + string.Join('\n', ends.Transcript));
        var spi = from.Sealer.OutboundSpi;
        Assert.True(to.Inbound.ContainsKey(spi) || to.Leaving.Contains(spi), $"what is sealed with, {spi:x}, the other end takes\n" + string.Join('\n', ends.Transcript));
    }
}
