using IpsecDp.Engines;
using IpsecDp.Ipsec.Sad;

namespace Dataplane.Tests.Ipsec.Sad;

/// <summary>Keys outlive the patience of a removal, but not the last job.</summary>
public sealed class RetiredAssociationsTests
{
    [Fact]
    public void End_JobStillUnderWay_ZeroesKeysOnlyAfterIt()
    {
        var (retired, lane, keys, job) = (new RetiredAssociations(), new OrderedLane(), new Keys(), new IdleJob());
        lane.Open(job);
        retired.End(lane, keys, TimeSpan.Zero);
        retired.Look();
        Assert.Equal((1, false), (retired.Count, keys.AreZeroed));
        lane.Close(job);
        retired.Look();
        Assert.Equal((0, true), (retired.Count, keys.AreZeroed));
    }

    [Fact]
    public void End_IdleLane_ZeroesKeysAtOnce()
    {
        var (retired, keys) = (new RetiredAssociations(), new Keys());
        retired.End(new OrderedLane(), keys, TimeSpan.Zero);
        Assert.Equal((0, true), (retired.Count, keys.AreZeroed));
    }

    private sealed class Keys : IDisposable
    {
        public bool AreZeroed { get; private set; }

        public void Dispose() => AreZeroed = true;
    }

    private sealed class IdleJob : LaneJob
    {
        public override int Bytes => 1;

        public override void Run()
        {
        }

        public override void Deliver()
        {
        }
    }
}
