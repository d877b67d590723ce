using IpsecDp.Engines;

namespace Offload.Tests.Engines;

/// <summary>Who cannot bring more runs the oldest of what it brought.</summary>
public class TakeOverTests
{
    [Fact]
    public void TakeOver_JobsQueuedBehindABusyEngine_RunsTheOldestAtOnce()
    {
        using var scene = new PoolScene(1);
        scene.HoldEngines();
        var first = scene.Submit();
        var second = scene.Submit();
        Assert.True(scene.Pool.TakeOver());
        Assert.Equal((1, 0), (first.Runs, second.Runs));
        Assert.True(scene.Pool.TakeOver());
        Assert.False(scene.Pool.TakeOver());
        Assert.Equal((1, 2L), (second.Runs, scene.Pool.Snapshot().SpilledBy(SpillCause.Full).Jobs));
    }

    [Fact]
    public void TakeOver_WithoutEngines_HasNothingToRun()
    {
        using var scene = new PoolScene(0);
        Assert.False(scene.Pool.TakeOver());
    }

    [Fact]
    public void TakeOver_WithinAJobTakenOver_DoesNotGoDeeper()
    {
        using var scene = new PoolScene(1);
        scene.HoldEngines();
        bool? inner = null;
        scene.Submit(work: () => inner = scene.Pool.TakeOver());
        var other = scene.Submit();
        Assert.True(scene.Pool.TakeOver());
        Assert.Equal((false, 0), (inner, other.Runs));
        Assert.True(scene.Pool.TakeOver());
    }
}
