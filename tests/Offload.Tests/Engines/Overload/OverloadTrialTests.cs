using IpsecDp.Engines.Overload;

namespace Offload.Tests.Engines.Overload;

/// <summary>The turns of a trial, in a time of its own: nanoseconds.</summary>
public sealed class OverloadTrialTests
{
    private const long Second = 1_000_000_000;
    private const int Octets = 96_000;

    private readonly OverloadTrial _trial = new(Second);
    private long _now = 1;

    [Fact]
    public void Keeps_NothingEverFull_IsNeverTrue()
    {
        for (var job = 0; job < 10_000; job++)
        {
            Assert.False(Offer(placing: 20_000, keeping: 10_000, isFull: false));
        }
    }

    [Fact]
    public void Keeps_MovingIsDearer_IsTrueNearlyAlways()
    {
        RunFor(Second / 10, placing: 20_000, keeping: 15_000, fullOf: 2);
        Assert.True(RunFor(Second, placing: 20_000, keeping: 15_000, fullOf: 2) > 0.9);
    }

    [Fact]
    public void Keeps_MovingIsCheaper_IsTrueNearlyNever()
    {
        RunFor(Second / 10, placing: 15_000, keeping: 20_000, fullOf: 2);
        Assert.True(RunFor(Second, placing: 15_000, keeping: 20_000, fullOf: 2) < 0.1);
    }

    /// <summary>Keeping is better, but not before what was moved has come back.</summary>
    [Fact]
    public void Keeps_MovedBuffersComeBackSlowly_IsFoundToCarryMore()
    {
        const int Returning = 1_200_000;
        var movedAt = 0L;
        var (kept, all) = (0, 0);
        for (var until = _now + (Second / 2); _now < until; all++)
        {
            var keeps = Offer(placing: 18_000, keeping: _now - movedAt < Returning ? 27_000 : 15_000, isFull: true);
            movedAt = keeps ? movedAt : _now;
            kept += keeps ? 1 : 0;
        }

        Assert.True(kept > 0.9 * all, $"{kept} of {all} kept");
    }

    /// <summary>What a try costs is what it carries less, as long as it lasts.</summary>
    [Fact]
    public void Keeps_MovingCarriesHalf_TriesEndEarlyAndAreRare()
    {
        RunFor(Second, placing: 40_000, keeping: 20_000, fullOf: 2);
        var before = _now;
        var (tries, moved, isMoving) = (0, 0L, false);
        while (_now < before + (2 * Second))
        {
            var at = _now;
            var moves = !Offer(placing: 40_000, keeping: 20_000, isFull: true);
            tries += moves && !isMoving ? 1 : 0;
            moved += moves ? _now - at : 0;
            isMoving = moves;
        }

        Assert.InRange(tries, 10, 20);
        Assert.InRange(moved / tries, 1_000_000, 1_200_000);
    }

    // One job of twenty that finds no room is a burst and no overload.
    [Fact]
    public void Keeps_FewFindNoRoom_IsTrueNearlyNever() => Assert.True(RunFor(Second, placing: 20_000, keeping: 15_000, fullOf: 20) < 0.05);

    [Fact]
    public void Keeps_AfterAPause_IsFalseUntilTheQueuesAreFullAgain()
    {
        RunFor(Second / 5, placing: 20_000, keeping: 15_000, fullOf: 2);
        _now += Second / 100;
        Assert.False(Offer(placing: 20_000, keeping: 15_000, isFull: false));
        for (var job = 0; job < 1000; job++)
        {
            Assert.False(Offer(placing: 20_000, keeping: 15_000, isFull: false));
        }

        // What was learnt is known.
        Offer(placing: 20_000, keeping: 15_000, isFull: true);
        Assert.True(Offer(placing: 20_000, keeping: 15_000, isFull: true));
    }

    [Fact]
    public void Keeps_OverloadEndsWithoutAPause_IsFalseSoon()
    {
        RunFor(Second / 5, placing: 20_000, keeping: 15_000, fullOf: 2);
        RunFor(Second / 5, placing: 20_000, keeping: 20_000, fullOf: int.MaxValue);
        Assert.Equal(0, RunFor(Second / 5, placing: 20_000, keeping: 20_000, fullOf: int.MaxValue));
    }

    [Fact]
    public void Keeps_FromManyThreads_TurnsOnceAtATime()
    {
        var kept = 0L;
        Condition.InParallel([.. Enumerable.Repeat(Bring, 4)]);
        Assert.InRange(Interlocked.Read(ref kept), 100_000, 200_000);

        void Bring()
        {
            for (var job = 0; job < 50_000; job++)
            {
                // Time passes more slowly while jobs are kept.
                var now = Interlocked.Read(ref _now);
                var keeps = _trial.Keeps(now, Octets);
                if (keeps)
                {
                    Interlocked.Increment(ref kept);
                }
                else
                {
                    _trial.FindFull(now, Octets);
                }

                Interlocked.Add(ref _now, keeps ? 10_000 : 20_000);
            }
        }
    }

    // The share of jobs that were kept.
    private double RunFor(long time, int placing, int keeping, int fullOf)
    {
        var (kept, all) = (0, 0);
        for (var until = _now + time; _now < until; all++)
        {
            kept += Offer(placing, keeping, isFull: all % fullOf == fullOf - 1) ? 1 : 0;
        }

        return (double)kept / all;
    }

    private bool Offer(int placing, int keeping, bool isFull)
    {
        var keeps = _trial.Keeps(_now, Octets);
        if (!keeps && isFull)
        {
            _trial.FindFull(_now, Octets);
        }

        _now += keeps ? keeping : placing;
        return keeps;
    }
}
