using IpsecDp.Engines;

namespace Offload.Tests.Engines;

public class OrderedLaneTests
{
    [Fact]
    public void Close_LastOpenedFirst_DeliversNothingUntilTheHeadCloses()
    {
        var oracle = new LaneOracle();
        var jobs = Admit(oracle, 3);

        oracle.Lane.Close(jobs[2]);
        oracle.Lane.Close(jobs[1]);
        Assert.Equal(0, oracle.Delivered);
        Assert.Equal(3, oracle.Lane.InFlight);

        oracle.Lane.Close(jobs[0]);
        Assert.Equal(3, oracle.Delivered);
        Assert.Equal(0, oracle.Disorders);
        Assert.True(oracle.Lane.IsIdle);
    }

    [Fact]
    public void Oracle_WrongTicket_IsNoticed()
    {
        var oracle = new LaneOracle();

        oracle.Accept(1);

        Assert.Equal(1, oracle.Disorders);
    }

    [Fact]
    public void Close_FourThreadsShuffled_DeliversInOrder()
    {
        const int Rounds = 20_000;
        const int Width = 16;
        var lanes = Enumerable.Range(0, 3).Select(_ => new LaneOracle()).ToArray();

        Condition.InParallel([.. Enumerable.Range(0, 4).Select(seed => (Action)(() => Churn(lanes, new Random(seed), Rounds / 4, Width)))]);

        Assert.All(lanes, lane => Assert.Equal(0, lane.Disorders));
        Assert.All(lanes, lane => Assert.True(lane.Lane.IsIdle));
        Assert.Equal(Rounds * Width, lanes.Sum(lane => lane.Delivered));
    }

    [Fact]
    public void Deliver_Throws_ComesOutAfterTheLaneWasReleased()
    {
        var oracle = new LaneOracle();
        var bad = new OracleJob { Sending = () => throw new InvalidOperationException("the port is gone") };
        oracle.Admit(bad);
        var good = Admit(oracle, 1)[0];
        oracle.Lane.Close(good);

        var fault = Assert.Throws<InvalidOperationException>(() => oracle.Lane.Close(bad));

        Assert.Equal("the port is gone", fault.Message);
        Assert.Equal(2, oracle.Delivered);
        Assert.True(oracle.Lane.IsIdle);
        oracle.Lane.Close(Admit(oracle, 1)[0]);
        Assert.Equal(3, oracle.Delivered);
    }

    [Fact]
    public void Deliver_TwoThrow_ComeOutTogether()
    {
        var oracle = new LaneOracle();
        var jobs = Enumerable.Range(0, 2).Select(_ => new OracleJob { Sending = () => throw new InvalidOperationException() }).ToArray();
        Array.ForEach(jobs, oracle.Admit);
        oracle.Lane.Close(jobs[1]);

        var faults = Assert.Throws<AggregateException>(() => oracle.Lane.Close(jobs[0]));

        Assert.Equal(2, faults.InnerExceptions.Count);
    }

    [Fact]
    public void Deliver_ClosesInTheSameLane_IsDeliveredByTheOuterLoop()
    {
        var oracle = new LaneOracle();
        var follower = new OracleJob();
        var first = new OracleJob
        {
            Sending = () =>
            {
                oracle.Admit(follower);
                oracle.Lane.Close(follower);
                Assert.Equal(1, oracle.Delivered);
            },
        };
        oracle.Admit(first);

        oracle.Lane.Close(first);

        Assert.Equal(2, oracle.Delivered);
        Assert.Equal(0, oracle.Disorders);
    }

    [Fact]
    public void Drain_JobInFlight_RunsOutOfPatience()
    {
        var oracle = new LaneOracle();
        var job = Admit(oracle, 1)[0];

        Assert.False(oracle.Lane.Drain(TimeSpan.FromMilliseconds(1)));

        oracle.Lane.Close(job);
        Assert.True(oracle.Lane.Drain(TimeSpan.Zero));
    }

    [Fact]
    public void Drain_ClosersAtWork_EndsWhenAllIsDelivered()
    {
        for (var round = 0; round < 500; round++)
        {
            var oracle = new LaneOracle();
            var jobs = Admit(oracle, 8);
            var seen = -1L;

            Condition.InParallel(
                () => Array.ForEach(jobs[4..], oracle.Lane.Close),
                () => Array.ForEach(jobs[..4], oracle.Lane.Close),
                () => seen = oracle.Lane.Drain(Timeout.InfiniteTimeSpan) ? oracle.Delivered : -1);

            Assert.Equal(8, seen);
        }
    }

    private static OracleJob[] Admit(LaneOracle oracle, int count)
    {
        var jobs = Enumerable.Range(0, count).Select(_ => new OracleJob()).ToArray();
        Array.ForEach(jobs, oracle.Admit);
        return jobs;
    }

    private static void Churn(LaneOracle[] lanes, Random random, int rounds, int width)
    {
        var jobs = Enumerable.Range(0, width).Select(_ => new OracleJob()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var job in jobs)
            {
                Condition.Await(() => job.IsFree);
                job.Take();
                lanes[random.Next(lanes.Length)].Admit(job);
            }

            random.Shuffle(jobs);
            foreach (var job in jobs)
            {
                job.Oracle.Lane.Close(job);
            }
        }
    }
}
