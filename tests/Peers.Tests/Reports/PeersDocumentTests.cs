using System.Text.Json;
using IpsecDp.Peers.Reports;

namespace Peers.Tests.Reports;

public sealed class PeersDocumentTests : IDisposable
{
    private readonly JsonDocument _document;

    public PeersDocumentTests()
    {
        using var output = new MemoryStream();
        PeersDocument.Write(KnownResult.Create(), output);
        _document = JsonDocument.Parse(output.ToArray());
    }

    private JsonElement Root => _document.RootElement;

    public void Dispose() => _document.Dispose();

    [Fact]
    public void Write_Head_SaysHowItWasMeasured()
    {
        Assert.Equal(1, Root.GetProperty("schema").GetInt32());
        Assert.Equal(2, Root.GetProperty("rounds").GetInt32());
        Assert.Equal(3, Root.GetProperty("seconds").GetInt32());
        Assert.Equal("crossed", Root.GetProperty("placement").GetString());
        Assert.Equal(Environment.ProcessorCount, Root.GetProperty("machine").GetProperty("processors").GetInt32());
    }

    [Fact]
    public void Write_AbsentContender_IsNamedWithItsReason()
    {
        var contenders = Root.GetProperty("contenders").EnumerateArray().ToDictionary(each => each.GetProperty("name").GetString()!);
        Assert.Equal(["veth", "wireguard-go", "strongswan", "inline"], contenders.Keys);
        Assert.Equal("it is missing: install <it> & try again", contenders["strongswan"].GetProperty("absent").GetString());
        Assert.False(contenders["inline"].TryGetProperty("absent", out _));
    }

    [Fact]
    public void Write_Figure_HasSpreadRoundsAndEffort()
    {
        var figure = FigureOf("tcp1", "wireguard-go");
        Assert.Equal("Gbit/s", figure.GetProperty("unit").GetString());
        Assert.Equal(0.75, figure.GetProperty("median").GetDouble());
        Assert.Equal(0.5, figure.GetProperty("least").GetDouble());
        Assert.Equal(1, figure.GetProperty("most").GetDouble());
        var second = figure.GetProperty("rounds")[1];
        Assert.Equal(2, second.GetProperty("round").GetInt32());
        Assert.Equal(1, second.GetProperty("figure").GetDouble());
        Assert.Equal(2, second.GetProperty("cpuSecondsPerGigabyte").GetDouble());
        Assert.Equal(0.25, second.GetProperty("stealSeconds").GetDouble());
        Assert.Equal(7, second.GetProperty("involuntarySwitches").GetInt64());
    }

    [Fact]
    public void Write_ContenderWithoutProcesses_HasNoCpuTime() =>
        Assert.Equal(JsonValueKind.Null, FigureOf("tcp1", "veth").GetProperty("rounds")[0].GetProperty("cpuSecondsPerGigabyte").ValueKind);

    [Fact]
    public void Write_Ratio_IsTakenRoundByRound()
    {
        var ratio = RatioOf("tcp1", "wireguard-go");
        // 4 / 0.5 and 6 / 1.
        Assert.Equal(7, ratio.GetProperty("median").GetDouble());
        Assert.Equal(5, ratio.GetProperty("atLeast").GetDouble());
        Assert.True(ratio.GetProperty("reached").GetBoolean());
        var time = RatioOf("rtt.p50", "wireguard-go");
        Assert.Equal(0.5, time.GetProperty("median").GetDouble());
        Assert.Equal(0.6, time.GetProperty("atMost").GetDouble());
        Assert.True(time.GetProperty("reached").GetBoolean());
        Assert.False(RatioOf("tcp1", "strongswan").TryGetProperty("reached", out _));
    }

    [Fact]
    public void Write_Limits_AreOfTheRelaysAndOpenWithoutThem()
    {
        var limits = Root.GetProperty("limits").EnumerateArray().ToList();
        Assert.Contains(limits, limit => limit.GetProperty("contender").GetString() == "relay-raw");
        Assert.All(limits, limit => Assert.StartsWith("relay", limit.GetProperty("contender").GetString(), StringComparison.Ordinal));
        Assert.All(limits, limit => Assert.False(limit.TryGetProperty("reached", out _)));
    }

    [Fact]
    public void Write_Fault_IsTold()
    {
        var fault = Assert.Single(Root.GetProperty("faults").EnumerateArray());
        Assert.Equal("no answer", fault.GetProperty("sentence").GetString());
    }

    private JsonElement FigureOf(string metric, string contender) =>
        Root.GetProperty("figures").EnumerateArray().Single(figure => figure.GetProperty("metric").GetString() == metric && figure.GetProperty("contender").GetString() == contender);

    private JsonElement RatioOf(string metric, string rival) => Root.GetProperty("ratios").EnumerateArray().Single(
        ratio => ratio.GetProperty("metric").GetString() == metric && ratio.GetProperty("rival").GetString() == rival && ratio.GetProperty("contender").GetString() == "inline");
}
