using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines.Accounting;

public class ThreadMeterTests
{
    private const long Burn = 20_000_000;

    [Fact]
    public void Switch_BurntOnTwoAccounts_EachIsBookedWhatItBurnt()
    {
        var ledger = new CpuLedger();
        CpuSnapshot? seen = null;
        var clock = 0L;
        OnOwnThread(() =>
        {
            var before = ThreadClock.ThisThread();
            using var meter = ledger.Register("burner", CpuAccount.General);
            BurnCpu(Burn);
            Assert.Equal(CpuAccount.General, meter.Switch(CpuAccount.HandOver));
            BurnCpu(2 * Burn);
            Assert.Equal(CpuAccount.HandOver, meter.Switch(CpuAccount.Idle));
            seen = ledger.Snapshot();
            clock = ThreadClock.ThisThread() - before;
        });

        // The thread clock itself was the measure of the burning; what the books add are the calls around it, which it counted too.
        Assert.True(seen![CpuAccount.General] >= Burn / 1e9);
        Assert.True(seen[CpuAccount.HandOver] >= 2 * Burn / 1e9);
        Assert.True(seen.AttributedSeconds <= clock / 1e9);
        Assert.Equal(0, seen[CpuAccount.SpecialtyEligible]);
    }

    // Stretches far below a span: the wall clock divides them, the CPU clock bounds their sum. A thread that lost its
    // processor within a stretch saw a long one, so a busy machine is asked again.
    [Fact]
    public void Switch_ShortStretches_AreDividedByTheirLength() => Condition.Await(() => ShareOfTheLongOnes() is >= 1.5 and <= 6);

    private static double ShareOfTheLongOnes()
    {
        var ledger = new CpuLedger();
        OnOwnThread(() =>
        {
            using var meter = ledger.Register("switcher", CpuAccount.General);
            for (var round = 0; round < 20_000; round++)
            {
                meter.Switch(CpuAccount.SpecialtyEligible);
                Thread.SpinWait(90);
                meter.Switch(CpuAccount.SpecialtyOther);
                Thread.SpinWait(30);
            }
        });

        var seen = ledger.Snapshot();
        return seen[CpuAccount.SpecialtyEligible] / seen[CpuAccount.SpecialtyOther];
    }

    // However long a span may be, who stood long on an account is booked what the CPU clock says.
    [Fact]
    public void Switch_AfterALongStretch_EndsTheSpan()
    {
        var ledger = new CpuLedger { Span = TimeSpan.FromHours(1) };
        CpuSnapshot? seen = null;
        OnOwnThread(() =>
        {
            using var meter = ledger.Register("burner", CpuAccount.General);
            BurnCpu(Burn);
            meter.Switch(CpuAccount.HandOver);
            seen = ledger.Snapshot();
        });

        Assert.True(seen![CpuAccount.General] >= Burn / 1e9);
    }

    // Short stretches are settled where the span is short, and otherwise a snapshot finds them on the account the thread stands on. A thread that lost its
    // processor within one settles them too, so a busy machine is asked again.
    [Fact]
    public void Snapshot_ShortStretches_AreSettledIfTheSpanIsShort()
    {
        Assert.True(EligibleOfShortStretches(TimeSpan.Zero) > 0);
        Condition.Await(() => EligibleOfShortStretches(TimeSpan.FromHours(1)) == 0);
    }

    [Fact]
    public void Span_BelowNothing_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new CpuLedger { Span = TimeSpan.FromTicks(-1) });

    private static double EligibleOfShortStretches(TimeSpan span)
    {
        var ledger = new CpuLedger { Span = span };
        CpuSnapshot? seen = null;
        OnOwnThread(() =>
        {
            using var meter = ledger.Register("switcher", CpuAccount.General);
            for (var round = 0; round < 10; round++)
            {
                meter.Switch(CpuAccount.SpecialtyEligible);
                Thread.SpinWait(90);
                meter.Switch(CpuAccount.General);
            }

            seen = ledger.Snapshot();
        });
        return seen![CpuAccount.SpecialtyEligible];
    }

    [Fact]
    public void Accounts_OfAThread_AddUpToItsClock()
    {
        var ledger = new CpuLedger();
        var clock = 0L;
        OnOwnThread(() =>
        {
            // Compiled before it counts.
            new CpuLedger().Register("compiled", CpuAccount.General).Dispose();
            var before = ThreadClock.ThisThread();
            using (var meter = ledger.Register("switcher", CpuAccount.General))
            {
                for (var round = 0; round < 20_000; round++)
                {
                    meter.Switch((CpuAccount)(round % CpuAccounts.Count));
                }
            }

            clock = ThreadClock.ThisThread() - before;
        });

        var booked = ledger.Snapshot().AttributedSeconds * 1e9;
        Assert.InRange(booked, clock * 0.5, clock);
    }

    [Fact]
    public void Snapshot_ThreadThatNeverSwitches_IsSeenFromOutside()
    {
        var ledger = new CpuLedger();
        var stop = false;
        var thread = new Thread(() =>
        {
            using var meter = ledger.Register("runner", CpuAccount.Workload);
            while (!Volatile.Read(ref stop))
            {
            }
        });
        thread.Start();

        Condition.Await(() => ledger.Snapshot()[CpuAccount.Workload] > 0.01);
        Volatile.Write(ref stop, true);
        thread.Join();
    }

    [Fact]
    public void Snapshot_WhileAThreadSwitches_NeverGoesBack()
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

        var last = 0.0;
        for (var round = 0; round < 20_000; round++)
        {
            var sum = ledger.Snapshot().AttributedSeconds;
            Assert.True(sum >= last, $"{sum} after {last}");
            last = sum;
        }

        Volatile.Write(ref stop, true);
        thread.Join();
        Assert.True(ledger.Snapshot().AttributedSeconds >= last);
    }

    [Fact]
    public void Register_Twice_TheOuterMeterStandsAgain()
    {
        var ledger = new CpuLedger();
        OnOwnThread(() =>
        {
            using var outer = ledger.Register("outer", CpuAccount.General);
            using (var inner = ledger.Register("inner", CpuAccount.Workload))
            {
                Assert.Same(inner, ThreadMeter.Current);
            }

            Assert.Same(outer, ThreadMeter.Current);
        });
    }

    [Fact]
    public void Dispose_OnAnotherThread_IsRefused()
    {
        var ledger = new CpuLedger();
        using var meter = ledger.Register("here", CpuAccount.General);

        OnOwnThread(() => Assert.Throws<InvalidOperationException>(meter.Dispose));
    }

    private static void OnOwnThread(Action body) => Condition.InParallel(body);

    private static void BurnCpu(long nanoseconds)
    {
        var start = ThreadClock.ThisThread();
        while (ThreadClock.ThisThread() - start < nanoseconds)
        {
        }
    }
}
