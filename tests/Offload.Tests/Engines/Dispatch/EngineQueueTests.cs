using IpsecDp.Engines;

namespace Offload.Tests.Engines.Dispatch;

/// <summary>The queue before an engine, without a thread: what is taken when.</summary>
public class EngineQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TryTake_RandomPutsAndTakes_GivesTheOldestOfTheMostImportantClass(int seed)
    {
        var random = new Random(seed);
        var queue = Queue(new NeedHelpRule { QueueDepth = 16, QueueOctets = 16 * 1500 });
        var expected = ServiceClasses.All.ToDictionary(serviceClass => serviceClass, _ => new Queue<LaneJob>());
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(100) < 55)
            {
                var job = Job((ServiceClass)random.Next(ServiceClasses.Count));
                var waiting = expected[job.Class];
                var isTaken = queue.TryPut(job);
                Assert.Equal(waiting.Count < 16, isTaken);
                if (isTaken)
                {
                    waiting.Enqueue(job);
                }
            }
            else
            {
                var due = expected.Where(waiting => waiting.Value.Count > 0).OrderBy(waiting => waiting.Key).Select(waiting => waiting.Value).FirstOrDefault();
                Assert.Equal(due is not null, queue.TryTake(out var job));
                Assert.Same(due?.Dequeue(), job);
            }

            Assert.Equal(expected.Values.Sum(waiting => waiting.Count), queue.Depth);
        }
    }

    [Fact]
    public void TryPut_FloodOfBulk_LeavesRoomForSignalling()
    {
        var queue = Queue(new NeedHelpRule { QueueDepth = 64 });
        while (queue.TryPut(Job(ServiceClass.Tcp)))
        {
        }

        var signal = Job(ServiceClass.EeNetwork);
        Assert.True(queue.TryPut(signal));
        Assert.True(queue.TryTake(out var first));
        Assert.Same(signal, first);
    }

    [Fact]
    public void TryPut_AfterComplete_IsRefusedAndTheRestIsTaken()
    {
        var queue = Queue(new NeedHelpRule());
        Assert.True(queue.TryPut(Job(ServiceClass.Udp)));
        queue.Complete();
        Assert.False(queue.TryPut(Job(ServiceClass.EeNetwork)));
        Assert.True(queue.TryTake(out _));
        Assert.False(queue.TryTake(out _));
    }

    [Fact]
    public void IsOverdue_OfAClass_LooksAtItsOldestOnly()
    {
        var queue = Queue(new NeedHelpRule { AlternateWait = TimeSpan.FromTicks(10) });
        queue.TryPut(Job(ServiceClass.Udp));
        Assert.True(queue.IsOverdue(ServiceClass.Udp, long.MaxValue / 2));
        Assert.False(queue.IsOverdue(ServiceClass.Udp, 0));
        Assert.False(queue.IsOverdue(ServiceClass.Tcp, long.MaxValue / 2));
    }

    private static EngineQueue Queue(NeedHelpRule rule) => new(rule, TimeSpan.Zero, new RoomGate());

    private static ClassJob Job(ServiceClass serviceClass) => new ClassJob(serviceClass, []).Open();
}
