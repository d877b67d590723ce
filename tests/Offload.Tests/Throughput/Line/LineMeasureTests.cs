using IpsecDp.Engines;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Throughput.Line;
using IpsecDp.Throughput.Rounds;
using IpsecDp.Throughput.Seal;
using IpsecDp.Throughput.Traffic;

namespace Offload.Tests.Throughput.Line;

/// <summary>The bench itself with tiny settings; alone, because it counts what all threads of the process allocate.</summary>
[Collection(nameof(RunsAlone))]
public class LineMeasureTests
{
    private static readonly LineMeasure Tiny = new(TimeSpan.Zero, TimeSpan.FromMilliseconds(0.1), lead: 2);

    [Theory]
    [InlineData(SaMode.Transport, "64", 1)]
    [InlineData(SaMode.Tunnel, "imix", 8)]
    [InlineData(SaMode.Tunnel, "9000", 3)]
    public void Run_OneThread_AllocatesNothingAndLosesNothing(SaMode mode, string mix, int associations)
    {
        var (cipher, rows) = Tiny.Run([new LineCase(mode, PacketMix.Parse(mix), associations, Threads: 1, Engines: 0)]);

        var row = Assert.Single(rows);
        Assert.Equal((0.0, 0L), (row.AllocatedPerPacket, row.OutOfOrder));
        Assert.True(cipher.Best > 0 && row.Time.Best > 0);
        Assert.True(row.Latency.Count > 0);
        Assert.Equal(0, row.Engines.OnEngines.Jobs);
    }

    [Fact]
    public void Run_ThreadsAndEngines_KeepTheOrderOfOneSa()
    {
        var cases = new[] { (1, 1), (2, 0), (2, 2) }.Select(count => new LineCase(SaMode.Tunnel, PacketMix.Parse("64"), 1, count.Item1, count.Item2)).ToArray();

        var (_, rows) = Tiny.Run(cases);

        Assert.All(rows, row => Assert.Equal(0, row.OutOfOrder));
        Assert.True(rows[0].Engines.OnEngines.Jobs > 0);
        Assert.Equal(new RoundTimes(1, 1), rows[0].OverFirst);
        Assert.All(Enum.GetValues<SpillCause>(), cause => Assert.Equal(0, rows[1].SpilledBy(cause)));
    }

    [Fact]
    public void Encapsulation_EachLength_TakesTime()
    {
        var rows = EncapsulationAlone.Measure([64, 1400], TimeSpan.Zero);

        Assert.Equal([64, 1400], rows.Select(row => row.Length));
        Assert.All(rows, row => Assert.True(row.Time.Best > 0));
    }

    [Fact]
    public void Published_OfAnotherLength_IsNothing()
    {
        Assert.Equal((265, 0.65), PublishedClocks.Of(64));
        Assert.Null(PublishedClocks.Of(65));
    }
}
