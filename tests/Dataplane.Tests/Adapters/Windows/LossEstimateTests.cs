using IpsecDp.Adapters.Windows;

namespace Dataplane.Tests.Adapters.Windows;

public sealed class LossEstimateTests
{
    private const int Queue = 1000;
    private const long Octets = 1L << 30;
    private const long Life = 1_000_000_000;

    [Fact]
    public void Note_QueueFullAndAHole_CountsWhatFitsTheHole()
    {
        var losses = new LossEstimate(Queue, Octets, Life);
        // One packet a hundred ticks; 255 are read while the queue holds a thousand.
        losses.Note(0, 25_400, 255, 255 * 100, readAt: 100_000);
        losses.Note(50_500, 75_900, 255, 255 * 100, readAt: 150_400);
        Assert.InRange(losses.Lost, 240, 255);
    }

    [Fact]
    public void Note_HoleWithoutBacklog_IsAPauseAndNoLoss()
    {
        var losses = new LossEstimate(Queue, Octets, Life);
        losses.Note(0, 25_400, 255, 255 * 100, readAt: 25_500);
        losses.Note(900_000, 925_400, 255, 255 * 100, readAt: 925_500);
        Assert.Equal(0, losses.Lost);
    }

    [Fact]
    public void Note_BacklogWithoutHole_IsNoLoss()
    {
        var losses = new LossEstimate(Queue, Octets, Life);
        losses.Note(0, 25_400, 255, 255 * 100, readAt: 100_000);
        losses.Note(25_500, 50_900, 255, 255 * 100, readAt: 125_500);
        Assert.Equal(0, losses.Lost);
    }

    [Fact]
    public void Note_QueueFullByOctets_IsFullBeforeItsLengthIs()
    {
        var losses = new LossEstimate(Queue, 160 * 100, Life);
        losses.Note(0, 25_400, 255, 255 * 100, readAt: 30_000);
        losses.Note(50_500, 75_900, 255, 255 * 100, readAt: 61_000);
        Assert.True(losses.Lost > 200);
    }

    [Fact]
    public void Note_Overdue_CountsAsFull()
    {
        var losses = new LossEstimate(int.MaxValue, long.MaxValue / 2, lifeTicks: 40_000);
        losses.Note(0, 25_400, 255, 255 * 100, readAt: 26_000);
        losses.Note(60_000, 85_400, 255, 255 * 100, readAt: 100_000);
        Assert.True(losses.Lost > 300);
    }
}
