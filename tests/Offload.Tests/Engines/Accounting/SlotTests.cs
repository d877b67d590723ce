using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines.Accounting;

/// <summary>The finest places: each is one place of one account, and sums of them are the accounts.</summary>
public class SlotTests
{
    [Fact]
    public void Slots_OfEveryKind_AreApart()
    {
        List<int> slots = [CpuSlot.HandOverOnEngine];
        slots.AddRange(CpuAccounts.All.Select(account => CpuSlot.Of(account)));
        slots.AddRange(CpuAccounts.All.SelectMany(_ => ServiceClasses.All, (account, serviceClass) => CpuSlot.Of(account, serviceClass)));
        slots.AddRange(SpillCauses.All.SelectMany(_ => ServiceClasses.All, (cause, serviceClass) => CpuSlot.Of(cause, serviceClass)));

        Assert.Equal(slots.Count, slots.Distinct().Count());
        Assert.All(slots, slot => Assert.InRange(slot, 0, CpuSlot.Count - 1));
        Assert.Equal(CpuAccount.HandOver, CpuSlot.AccountOf(CpuSlot.HandOverOnEngine));
        Assert.Equal(CpuAccount.EligibleOnGeneral, CpuSlot.AccountOf(CpuSlot.Of(SpillCause.Helped, ServiceClass.Tcp)));
        Assert.Equal(ServiceClass.Tcp, CpuSlot.ClassOf(CpuSlot.Of(SpillCause.Helped, ServiceClass.Tcp)));
        Assert.Null(CpuSlot.ClassOf(CpuSlot.Of(CpuAccount.General)));
    }

    [Fact]
    public void Snapshot_ClassesAndCauses_AddUpToTheirAccounts()
    {
        var ledger = new CpuLedger();
        Condition.InParallel(() =>
        {
            using var meter = ledger.Register("switcher", CpuAccount.General);
            for (var slot = 0; slot < CpuSlot.Count; slot++)
            {
                meter.Switch(slot);
                Thread.SpinWait(2000);
            }
        });

        var seen = ledger.Snapshot();
        Assert.Equal(seen.AttributedSeconds, CpuAccounts.All.Sum(account => seen[account]), tolerance: 1e-8);
        var spilled = SpillCauses.All.Sum(seen.SpilledBy) + ServiceClasses.All.Sum(seen.Projected);
        Assert.InRange(spilled, seen[CpuAccount.EligibleOnGeneral] * 0.5, seen[CpuAccount.EligibleOnGeneral] + 1e-9);
        Assert.All(CpuAccounts.All, account => Assert.True(seen.StampedSeconds(account) > 0));
    }

    [Fact]
    public void Ledger_ThatIsOff_LeavesThreadsWhereTheyStandAndBooksAllTheyBurn()
    {
        var ledger = new CpuLedger { IsOn = false };
        Condition.InParallel(() =>
        {
            using var meter = ledger.Register("unswitched", CpuAccount.General);
            Assert.Null(ThreadMeter.Current);
            meter.Switch(CpuAccount.Idle);
            Assert.Equal(CpuAccount.General, meter.Account);
            Thread.SpinWait(10_000);

            // The twin: switched on again, the same thread changes accounts.
            ledger.IsOn = true;
            Assert.Same(meter, ThreadMeter.Current);
            meter.Switch(CpuAccount.Idle);
            Assert.Equal(CpuAccount.Idle, meter.Account);
        });

        var seen = ledger.Snapshot();
        Assert.True(seen[CpuAccount.General] > 0);
        Assert.Equal(seen.AttributedSeconds, CpuAccounts.All.Sum(account => seen[account]), tolerance: 1e-8);
    }
}
