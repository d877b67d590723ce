using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.TestKit.Line;

namespace Offload.Tests.Engines.Dispatch;

/// <summary>What a general thread goes on with while it waits for engines it may not help (IIPHONORPRIORITY=NO).</summary>
public sealed class UrgentWorkTests : IDisposable
{
    private static readonly NeedHelpRule Rule = new() { QueueDepth = 1, HonorPriority = false, LongestWait = TimeSpan.FromHours(1) };

    private readonly List<ClassJob> _ran = [];
    private readonly EnginePool _pool = new(new EnginePoolModel { Engines = 1, Rule = Rule }, new CpuLedger());
    private readonly EngineHold _hold;

    public UrgentWorkTests() => _hold = new EngineHold(_pool);

    public void Dispose()
    {
        _hold.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void WaitForRoom_UrgentWorkComes_IsDoneBeforeThereIsRoomAndTheWaitingJobKeepsItsTurn()
    {
        var (first, second, urgent) = (Job(ServiceClass.Tcp), Job(ServiceClass.Tcp), Job(ServiceClass.EeNetwork));
        Submit(first);
        var work = new ScriptedWork(() => Submit(urgent));
        Condition.InParallel(
            () =>
            {
                work.Bind();
                Submit(second);
            },
            () =>
            {
                // Held all the while: room there is none, and the wait has begun before the work is there.
                Condition.Await(() => _pool.Snapshot().Waits == 1);
                work.Waiting = 1;
                Condition.Await(() => _pool.Snapshot().Engines[0].Depth == 2);
                Assert.False(second.IsDelivered);
                _hold.Release();
            });
        _pool.Dispose();

        Assert.Equal([urgent, first, second], _ran);
        Assert.All(_ran, job => Assert.True(job.WasOnEngine && job.IsDelivered));
    }

    [Fact]
    public void WaitForRoom_OfAnotherThread_LeavesTheWorkAlone()
    {
        var (first, second, urgent) = (Job(ServiceClass.Tcp), Job(ServiceClass.Tcp), Job(ServiceClass.EeNetwork));
        Submit(first);
        var work = new ScriptedWork(() => Submit(urgent)) { Waiting = 1 };
        work.Bind();
        Condition.InParallel(
            () => Submit(second),
            () =>
            {
                Condition.Await(() => _pool.Snapshot().Waits == 1);
                _hold.Release();
            });
        _pool.Dispose();

        Assert.Equal([first, second], _ran);
        Assert.Equal(1, work.Waiting);
    }

    [Fact]
    public void WaitForRoom_WithinUrgentWork_IsWaitedOut()
    {
        Submit(Job(ServiceClass.Tcp));
        Submit(Job(ServiceClass.EeHigh));
        var (depth, deepest) = (0, 0);
        var work = new ScriptedWork(() =>
        {
            deepest = Math.Max(deepest, ++depth);
            Submit(Job(ServiceClass.EeHigh));
            depth--;
        })
        {
            Waiting = 3,
        };
        Condition.InParallel(
            () =>
            {
                work.Bind();
                Submit(Job(ServiceClass.Tcp));
            },
            () =>
            {
                Condition.Await(() => _pool.Snapshot().Waits == 2);
                _hold.Release();
            });
        var left = work.Waiting;
        _pool.Dispose();

        Assert.Equal(1, deepest);
        Assert.InRange(left, 0, 2);
        Assert.Equal(6 - left, _ran.Count);
    }

    [Fact]
    public void WaitForRoom_WorkWithoutEnd_IsGivenUpWhenTheLongestWaitIsOver()
    {
        using var impatient = new EnginePool(new EnginePoolModel { Engines = 1, Rule = Rule with { LongestWait = TimeSpan.FromMilliseconds(20) } }, new CpuLedger());
        using var hold = new EngineHold(impatient);
        impatient.Submit(Job(ServiceClass.Tcp).Open());
        var late = Job(ServiceClass.Tcp);
        var work = new ScriptedWork(static () => { }) { Waiting = int.MaxValue };
        Condition.InParallel(() =>
        {
            work.Bind();
            impatient.Submit(late.Open());
        });
        Assert.True(late is { IsDelivered: true, WasOnEngine: false });
    }

    private ClassJob Job(ServiceClass serviceClass) => new(serviceClass, _ran);

    private void Submit(ClassJob job) => _pool.Submit(job.Open());

    private sealed class ScriptedWork(Action serve) : UrgentWork
    {
        private int _waiting;

        public int Waiting
        {
            get => Volatile.Read(ref _waiting);
            set => Volatile.Write(ref _waiting, value);
        }

        protected override bool IsWaiting => Waiting > 0;

        protected override void Serve()
        {
            Interlocked.Decrement(ref _waiting);
            serve();
        }
    }
}
