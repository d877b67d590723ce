using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Wire.Selectors;

public sealed class PortRangeTests
{
    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void Contains_Edges_AreIncluded(ushort port, bool expected) => Assert.Equal(expected, new PortRange(10, 20).Contains(port));

    [Fact]
    public void ToString_EachForm_IsTheOperators()
    {
        Assert.Equal(("any", "7", "7-9"), (PortRange.Any.ToString(), PortRange.Of(7).ToString(), new PortRange(7, 9).ToString()));
        Assert.True(PortRange.Any.IsAny && !new PortRange(0, 65534).IsAny && !new PortRange(1, 65535).IsAny);
    }
}
