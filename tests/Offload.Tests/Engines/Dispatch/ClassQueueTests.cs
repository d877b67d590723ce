using IpsecDp.Engines;
using IpsecDp.TestKit.Ports;

namespace Offload.Tests.Engines.Dispatch;

public class ClassQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void PutAndTake_ManyTimesAround_KeepsOrderAndBound(int depth)
    {
        var queue = new ClassQueue(new NeedHelpRule { QueueDepth = depth }, ServiceClass.Udp);
        for (var turn = 0; turn < 100; turn++)
        {
            ClassJob[] jobs = [.. Enumerable.Range(0, depth).Select(_ => Job())];
            Assert.All(jobs, job => Assert.True(queue.TryPut(job)));
            Assert.False(queue.TryPut(Job()));
            Assert.Equal(depth, queue.Depth);
            foreach (var job in jobs)
            {
                Assert.True(queue.TryTake(out var taken));
                Assert.Same(job, taken);
            }

            Assert.False(queue.TryTake(out _));
            Assert.Equal(0, queue.Depth);
        }
    }

    [Fact]
    public void TryPut_Octets_AreBoundedUntilTheyAreTaken()
    {
        var queue = new ClassQueue(new NeedHelpRule { QueueOctets = 3000 }, ServiceClass.Udp);
        Assert.True(queue.TryPut(Job(size: 2000)));
        Assert.False(queue.TryPut(Job(size: 1001)));
        Assert.True(queue.TryPut(Job(size: 1000)));
        Assert.False(queue.HasRoom);
        Assert.True(queue.TryTake(out _));
        Assert.True(queue.HasRoom);
        Assert.True(queue.TryPut(Job(size: 1001)));
    }

    /// <summary>Who may not help waits for room, and that by a wake-up: there the queue is deeper.</summary>
    [Theory]
    [InlineData(true, ServiceClass.Udp, 1000)]
    [InlineData(true, ServiceClass.EeLow, 4000)]
    [InlineData(false, ServiceClass.Udp, 4000)]
    public void TryPut_AClassLeftToTheEngines_HasFourTimesTheRoom(bool honors, ServiceClass serviceClass, int room)
    {
        var queue = new ClassQueue(new NeedHelpRule { QueueOctets = 1000, HonorPriority = honors, KeptToEngines = [ServiceClass.EeLow] }, serviceClass);
        for (var octets = 0; octets < room; octets += 500)
        {
            Assert.True(queue.TryPut(Job(size: 500)));
        }

        Assert.False(queue.TryPut(Job(size: 1)));
    }

    [Fact]
    public void IsDone_Completed_OnlyOnceTheRestWasTaken()
    {
        var queue = new ClassQueue(new NeedHelpRule(), ServiceClass.Udp);
        queue.TryPut(Job());
        Assert.False(queue.IsDone);
        queue.Complete();
        Assert.False(queue.IsDone);
        Assert.False(queue.TryPut(Job()));
        Assert.Equal(1, queue.Depth);
        Assert.True(queue.TryTake(out _));
        Assert.True(queue.IsDone);
        Assert.Equal(0, queue.Depth);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void PutsAndTakes_ByTwoThreadsEach_LoseDoubleAndOvertakeNone(int depth)
    {
        const int Each = 20_000;
        var queue = new ClassQueue(new NeedHelpRule { QueueDepth = depth, QueueOctets = int.MaxValue }, ServiceClass.Udp);
        var taken = new int[2 * Each];
        var (overtaken, left) = (0, 2 * Each);
        var writers = Enumerable.Range(0, 2).Select(writer => new TestThread($"writer {writer}", () =>
        {
            for (var at = writer * Each; at < (writer + 1) * Each; at++)
            {
                // A job's size is its number, which starts at 1.
                var job = Job(size: at + 1);
                SpinWait.SpinUntil(() => queue.TryPut(job));
            }
        })).ToArray();
        var takers = Enumerable.Range(0, 2).Select(taker => new TestThread($"taker {taker}", () =>
        {
            int[] latest = [-1, -1];
            while (Volatile.Read(ref left) > 0)
            {
                if (queue.TryTake(out var job))
                {
                    var at = job.Bytes - 1;
                    Interlocked.Increment(ref taken[at]);
                    Interlocked.Add(ref overtaken, at > latest[at / Each] ? 0 : 1);
                    latest[at / Each] = at;
                    Interlocked.Decrement(ref left);
                }
            }
        })).ToArray();
        Array.ForEach([.. writers, .. takers], thread => thread.Join());
        Assert.All(taken, count => Assert.Equal(1, count));
        Assert.Equal(0, overtaken);
        Assert.True(queue.HasRoom);
    }

    private static ClassJob Job(int size = 1500) => new(ServiceClass.Udp, [], size: size);
}
