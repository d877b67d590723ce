using IpsecDp.Workloads.Mix;

namespace Offload.Tests.Workloads.Mix;

public sealed class TrafficMixTests
{
    [Theory]
    [InlineData("ee", 1, 0, 0)]
    [InlineData("bulk", 0, 1, 0)]
    [InlineData("Interactive", 0, 0, 1)]
    [InlineData("mixed", 60, 30, 10)]
    [InlineData("ee:5, bulk:3", 5, 3, 0)]
    [InlineData("bulk,interactive", 0, 1, 1)]
    public void TryParse_KnownText_GivesItsWeights(string text, int ee, int bulk, int interactive)
    {
        Assert.True(TrafficMix.TryParse(text, out var mix));
        Assert.Equal(new TrafficMix(ee, bulk, interactive), mix);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sna")]
    [InlineData("ee:")]
    [InlineData("ee:-1")]
    [InlineData("ee:0")]
    [InlineData("ee:1001")]
    [InlineData("ee:99999999999")]
    [InlineData("ee,,bulk")]
    public void TryParse_OtherText_IsRefused(string? text) => Assert.False(TrafficMix.TryParse(text, out _));
}
