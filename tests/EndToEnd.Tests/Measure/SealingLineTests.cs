using IpsecDp.Engines;
using IpsecDp.Host.Measure;
using IpsecDp.Modelling.Projection;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace EndToEnd.Tests.Measure;

/// <summary>The line a projection is calibrated on, for real; nothing is asserted that a busy machine could break.</summary>
public sealed class SealingLineTests
{
    private const double Rate = 100_000;

    private static readonly TimeSpan Trial = TimeSpan.FromMilliseconds(50);
    private static readonly MeasureOptions Options = new() { Repeat = 2, Choice = new() { IsUnpinned = true } };
    private static readonly LineSetup InPlace = new(0, new NeedHelpRule());
    private static readonly LineSetup Moved = new(1, new NeedHelpRule());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Every setup lives on the one stock: while all of it is lent elsewhere the line carries nothing, and what it took is back when a trial is over.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Run_StockIsLentElsewhere_WaitsForIt(int engines)
    {
        using var line = new SealingLine(Options);
        var setup = InPlace with { Engines = engines };
        Assert.True(Carried(line, setup) > 0);
        Assert.Equal(0, line.Stocks[0].Outstanding);

        List<PacketBuffer> lent = [];
        while (line.Stocks[0].TryRent() is { } buffer)
        {
            lent.Add(buffer);
        }

        var run = Task.Run(() => line.Run(setup, Rate, Trial, Cancellation), Cancellation);
        using (var other = new SealingLine(Options))
        {
            // Two such runs on a stock that is there are over, begun later.
            Assert.True(Carried(other, setup) > 0);
            Assert.True(Carried(other, setup) > 0);
        }

        Assert.False(run.IsCompleted);

        lent.ForEach(static buffer => buffer.Return());
        await run;
        Assert.Equal(0, line.Stocks[0].Outstanding);
    }

    /// <summary>The twin: a line beside another has a stock of its own.</summary>
    [Fact]
    public void Run_StockOfAnotherLineIsLent_WaitsForNothing()
    {
        using var line = new SealingLine(Options);
        List<PacketBuffer> lent = [];
        while (line.Stocks[1].TryRent() is { } buffer)
        {
            lent.Add(buffer);
        }

        Assert.True(Carried(line, InPlace) > 0);
        lent.ForEach(static buffer => buffer.Return());
        Assert.All(line.Stocks, static stock => Assert.Equal(0, stock.Outstanding));
    }

    /// <summary>For a while all packets have a size; what the load has of itself is another.</summary>
    [Fact]
    public void Run_PacketsOfOneSize_OffersThemAndNoOthers()
    {
        const int Octets = 300;
        using var line = new SealingLine(Options);
        var trial = CarriedBy(line, InPlace with { Octets = Octets });
        Assert.Equal(Octets, trial.OctetsPerPacket);
        Assert.NotEqual(Octets, CarriedBy(line, InPlace).OctetsPerPacket);
        Assert.Equal(0, line.Stocks[0].Outstanding);
    }

    [Fact]
    public void RunInTurns_TwoSetups_GivesEachItsSlicesTogether()
    {
        const int Turns = 4;
        using var line = new SealingLine(Options);
        var slice = TimeSpan.FromMilliseconds(20);
        IReadOnlyList<LineTrial> trials = [];
        Assert.True(SpinWait.SpinUntil(() => (trials = line.RunInTurns([InPlace, Moved], Turns, Rate, slice, Cancellation)).All(static trial => trial.Delivered > 0), TestThread.Patience));

        Assert.Equal((0, 0), (trials[0].OnEngines.Jobs, trials[0].WakeUps));
        Assert.True(trials[1].OnEngines.Jobs > 0);
        Assert.All(trials, trial => Assert.True(trial.Cpu.Wall >= Turns / 2 * slice));
        Assert.Equal(0, line.Stocks[0].Outstanding);
    }

    // A processor others have for the whole of a short trial carries nothing in it.
    private static LineTrial CarriedBy(SealingLine line, LineSetup setup)
    {
        LineTrial? trial = null;
        Assert.True(SpinWait.SpinUntil(() => (trial = line.Run(setup, Rate, Trial, Cancellation)).Delivered > 0, TestThread.Patience));
        return trial!;
    }

    private static long Carried(SealingLine line, LineSetup setup) => CarriedBy(line, setup).Delivered;
}
