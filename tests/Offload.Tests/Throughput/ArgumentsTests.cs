using IpsecDp.Throughput;

namespace Offload.Tests.Throughput;

public class ArgumentsTests
{
    [Fact]
    public void Numbers_GivenAndNotGiven_AreReadOrTheDefault()
    {
        var arguments = new Arguments(["--sas", "1,1000", "--json"], ["--sas", "--seconds"], ["--json"]);

        Assert.Equal([1, 1000], arguments.Numbers("--sas", "8", least: 1));
        Assert.Equal(2.5, arguments.Number("--seconds", 2.5, least: 0));
        Assert.True(arguments.Has("--json"));
        Assert.False(arguments.Has("--seconds"));
    }

    [Theory]
    [InlineData("--nothing")]
    [InlineData("--sas")]
    [InlineData("7")]
    public void Construction_UnknownOrUnfinished_IsRefused(string word) =>
        Assert.Throws<ArgumentException>(() => new Arguments([word], ["--sas"], ["--json"]));

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    [InlineData("1,,x")]
    [InlineData("99999999999")]
    public void Numbers_OutOfRange_AreRefused(string value) =>
        Assert.Throws<ArgumentException>(() => new Arguments(["--sas", value], ["--sas"], []).Numbers("--sas", "1", least: 1));
}
