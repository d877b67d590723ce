using IpsecDp.Throughput.Superframes;

namespace Offload.Tests.Throughput.Superframes;

public class SuperframeLineTests
{
    [Theory]
    [InlineData(1438, 1)]
    [InlineData(1438, 5)]
    [InlineData(576, 3)]
    public void Carry_Superframes_BringsThemWholeAndTakesTimeBothWays(int length, int atOnce)
    {
        using var line = new SuperframeLine(length, atOnce);

        var (outbound, inbound) = line.Carry(3);

        Assert.True(outbound > 0 && inbound > 0);
    }

    [Fact]
    public void Run_UnknownOption_IsRefused() =>
        Assert.Throws<ArgumentException>(() => SuperframesCommand.Run(["--lengths", "1438"], TextWriter.Null));

    [Fact]
    public void Run_OneShortRound_PrintsARowForEachSizeAndBatch()
    {
        var output = new StringWriter();

        Assert.Equal(0, SuperframesCommand.Run(["--sizes", "1438,600", "--batch", "1,2", "--seconds", "0"], output));

        Assert.Equal(5, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
