using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines.Accounting;

public class ThreadClockTests
{
    [Fact]
    public void ThisThread_WhileItBurns_MovesAndSoDoesTheProcess()
    {
        var (thread, process) = (ThreadClock.ThisThread(), ThreadClock.Process);
        Assert.True(thread >= 0 && process > 0, $"thread {thread} ns, process {process} ns");

        Condition.Await(() => ThreadClock.ThisThread() > thread && ThreadClock.Process > process);
    }

    [Fact]
    public void Read_FromAnotherThread_IsNeverAheadOfTheThreadsOwnReading()
    {
        using var clock = ThreadClock.OfThisThread();
        long seen = -1;
        Condition.InParallel(() => seen = clock.Read());

        Assert.InRange(seen, 0, ThreadClock.ThisThread());
    }

    [Fact]
    public void Process_HoldsWhatItsThreadsUsed()
    {
        var before = ThreadClock.Process;
        var used = 0L;
        Condition.InParallel(() =>
        {
            var start = ThreadClock.ThisThread();
            while (ThreadClock.ThisThread() - start < 50_000_000)
            {
            }

            used = ThreadClock.ThisThread() - start;
        });

        // A clock that moves in ticks may have one of them on either side.
        const long Ticks = 40_000_000;
        Assert.True(ThreadClock.Process - before >= used - Ticks, $"{ThreadClock.Process - before} ns for {used} ns");
    }
}
