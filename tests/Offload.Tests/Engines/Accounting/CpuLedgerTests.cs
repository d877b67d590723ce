using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines.Accounting;

public class CpuLedgerTests
{
    private const long Burn = 10_000_000;

    [Fact]
    public void Snapshot_ThreadEnded_KeepsItsSums()
    {
        var ledger = new CpuLedger();
        Condition.InParallel(() =>
        {
            using var meter = ledger.Register("short-lived", CpuAccount.SpecialtyOther);
            BurnCpu();
        });

        Assert.True(ledger.Snapshot()[CpuAccount.SpecialtyOther] >= Burn / 1e9);
    }

    [Fact]
    public void Snapshot_UnregisteredThread_IsNotAttributed()
    {
        var ledger = new CpuLedger();
        Condition.InParallel(BurnCpu);

        var seen = ledger.Snapshot();
        Assert.True(seen.NotAttributedSeconds >= Burn / 1e9);
        Assert.Equal(0, seen.AttributedSeconds);
        Assert.Equal(seen.ProcessSeconds, seen.AttributedSeconds + seen.NotAttributedSeconds, tolerance: 1e-8);
    }

    [Fact]
    public void FollowedBy_TwoSpans_AreOneAsLongAsBoth()
    {
        static CpuSnapshot Of(double seconds) => CpuSnapshot.Of(account => account == CpuAccount.General ? seconds : 0, seconds, TimeSpan.FromSeconds(2 * seconds));
        var both = Of(1).FollowedBy(Of(3));
        Assert.Equal((4, 4, TimeSpan.FromSeconds(8)), (both[CpuAccount.General], both.ProcessSeconds, both.Wall));

        // The twin: processes side by side last as long as the longer.
        Assert.Equal(TimeSpan.FromSeconds(6), Of(1).Plus(Of(3)).Wall);
    }

    [Fact]
    public void Since_TwoSnapshots_LeavesTheSpanBetween()
    {
        var ledger = new CpuLedger();
        using var meter = ledger.Register("burner", CpuAccount.General);
        BurnCpu();
        var start = ThreadClock.ThisThread();
        var earlier = ledger.Snapshot();
        meter.Switch(CpuAccount.Workload);
        BurnCpu();

        var span = ledger.Snapshot().Since(earlier);

        // Had it the first burning too, it would hold more than this thread used since.
        Assert.True(span.AttributedSeconds <= (ThreadClock.ThisThread() - start) / 1e9);
        Assert.True(span[CpuAccount.Workload] >= Burn / 1e9);
        Assert.True(span.Wall > TimeSpan.Zero);
    }

    [Fact]
    public void SnapshotAfter_WhileAThreadSwitches_NoAccountGoesBack()
    {
        var ledger = new CpuLedger();
        var stop = false;
        var thread = new Thread(() =>
        {
            using var meter = ledger.Register("switcher", CpuAccount.General);
            for (var round = 0; !Volatile.Read(ref stop); round++)
            {
                meter.Switch((CpuAccount)(round % CpuAccounts.Count));
            }
        });
        thread.Start();

        var last = ledger.Snapshot();
        for (var round = 0; round < 2000; round++)
        {
            var next = ledger.SnapshotAfter(last);
            Assert.All(CpuAccounts.All, account => Assert.True(next.Since(last)[account] >= 0));
            last = next;
        }

        Volatile.Write(ref stop, true);
        thread.Join();
    }

    [Fact]
    public void Pool_JobsThatBurn_AreBookedWhereTheyRan()
    {
        using var scene = new PoolScene(1, new NeedHelpRule { SmallestJob = 100, AlternateWait = TimeSpan.FromHours(1) });
        CpuSnapshot? seen = null;
        var general = 0L;
        Condition.InParallel(() =>
        {
            var start = ThreadClock.ThisThread();
            using var meter = scene.Ledger.Register("general", CpuAccount.General);
            scene.Submit(size: 10, work: BurnCpu, sending: BurnCpu);
            scene.Submit(size: 1000, work: BurnCpu, sending: BurnCpu);
            scene.Pool.Dispose();
            seen = scene.Ledger.Snapshot();
            general = ThreadClock.ThisThread() - start;
        });

        Assert.All(
            [CpuAccount.EligibleOnGeneral, CpuAccount.General, CpuAccount.SpecialtyEligible, CpuAccount.SpecialtyOther],
            account => Assert.True(seen![account] >= 0.9 * Burn / 1e9, $"{account}: {seen[account]} s"));
        // What the general thread used is the bound of its accounts, however long the machine made the rest of it.
        Assert.True(seen![CpuAccount.EligibleOnGeneral] + seen[CpuAccount.General] <= 1.05 * general / 1e9);
        Assert.Equal(0, seen[CpuAccount.Workload]);
        Assert.True(seen[CpuAccount.HandOver] > 0);
    }

    private static void BurnCpu()
    {
        var start = ThreadClock.ThisThread();
        while (ThreadClock.ThisThread() - start < Burn)
        {
        }
    }
}
