using IpsecDp.Adapters;

namespace Dataplane.Tests.Adapters;

public class LonePacketsTests
{
    private LonePackets _lone;

    [Fact]
    public void AreExpected_EightInARowMillisecondsApart_AndNotBefore()
    {
        for (var packet = 1; packet <= 8; packet++)
        {
            Assert.False(_lone.AreExpected);
            _lone.Count(1, now: 10 * packet);
        }

        Assert.True(_lone.AreExpected);
        _lone.Count(1, now: 90);
        Assert.True(_lone.AreExpected);
    }

    [Theory]
    [InlineData(2, 90)]
    [InlineData(1, 80)]
    public void AreExpected_SeveralAtOnceOrWithinOneTick_AreNone(int packets, long now)
    {
        for (var packet = 1; packet <= 8; packet++)
        {
            _lone.Count(1, now: 10 * packet);
        }

        _lone.Count(packets, now);
        Assert.False(_lone.AreExpected);
    }
}
