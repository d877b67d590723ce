using IpsecDp.Peers.Measures;

namespace Peers.Tests.Measures;

public class MeasureListTests
{
    [Theory]
    [InlineData("tcp1", "tcp1")]
    [InlineData("tcp4", "tcp4")]
    [InlineData("udp64", "udp64")]
    [InlineData("udp1400gso", "udp1400gso")]
    [InlineData("rtt", "rtt.p50,rtt.p99")]
    [InlineData("eertt", "eertt.p99,eertt.p50,eertt.bulk")]
    public void Find_Name_GivesTheMeasureWithItsFigures(string name, string metrics)
    {
        var measure = MeasureList.Find(name);
        Assert.Equal(name, measure!.Name);
        Assert.Equal(metrics, string.Join(',', measure.Metrics.Select(metric => metric.Name)));
    }

    [Theory]
    [InlineData("tcp0")]
    [InlineData("tcp65")]
    [InlineData("tcp1gso")]
    [InlineData("udp47")]
    [InlineData("udp1401")]
    [InlineData("udp")]
    [InlineData("ping")]
    [InlineData("")]
    public void Find_AnythingElse_GivesNothing(string name) => Assert.Null(MeasureList.Find(name));

    [Fact]
    public void Standard_EachOfIt_IsAMeasure() => Assert.All(MeasureList.Standard.Split(','), name => Assert.NotNull(MeasureList.Find(name)));
}
