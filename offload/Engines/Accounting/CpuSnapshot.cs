using System.Diagnostics;

namespace IpsecDp.Engines.Accounting;

/// <summary>CPU seconds per account over a span of time, by the threads' CPU clocks and, beside them, by time stamps.</summary>
public sealed class CpuSnapshot
{
    private readonly long[] _booked;
    private readonly long[] _stamped;
    private readonly long _process;

    internal CpuSnapshot(long[] booked, long[] stamped, long process, TimeSpan wall, Disturbance disturbance)
    {
        (_booked, _stamped, _process) = (booked, stamped, process);
        Wall = wall;
        Disturbance = disturbance;
    }

    /// <summary>Length of the span.</summary>
    public TimeSpan Wall { get; }

    /// <summary>What of the machine and the runtime disturbed the span.</summary>
    public Disturbance Disturbance { get; }

    /// <summary>CPU seconds of the process.</summary>
    public double ProcessSeconds => _process / 1e9;

    /// <summary>CPU seconds of all accounts.</summary>
    public double AttributedSeconds => _booked.Sum() / 1e9;

    /// <summary>Process minus all accounts: the runtime's own threads and threads that were not registered.</summary>
    public double NotAttributedSeconds => ProcessSeconds - AttributedSeconds;

    /// <summary>CPU seconds of the product's accounts, that is all but <see cref="CpuAccount.Workload"/>.</summary>
    public double ProductSeconds => CpuAccounts.All.Where(account => account.IsProduct()).Sum(account => this[account]);

    /// <summary>CPU seconds of handing over that engines' threads spent; the rest of <see cref="CpuAccount.HandOver"/> was general threads'.</summary>
    public double HandOverOnEnginesSeconds => _booked[CpuSlot.HandOverOnEngine] / 1e9;

    /// <summary>CPU nanoseconds by slot.</summary>
    internal ReadOnlySpan<long> Booked => _booked;

    internal long ProcessNanoseconds => _process;

    /// <summary>CPU seconds of an account.</summary>
    public double this[CpuAccount account] => SumOf(_booked, account) / 1e9;

    /// <summary>CPU seconds of an account that were for a class. Receiving and admitting, handing over and waiting are for none.</summary>
    public double this[CpuAccount account, ServiceClass serviceClass] => SumOf(_booked, account, serviceClass) / 1e9;

    /// <summary>CPU seconds of eligible work that general threads did for a cause; 0 where the pool has no engines, as that is projected.</summary>
    public double SpilledBy(SpillCause cause) => ServiceClasses.All.Sum(serviceClass => SpilledBy(cause, serviceClass));

    /// <summary>CPU seconds of eligible work of a class that general threads did for a cause.</summary>
    public double SpilledBy(SpillCause cause, ServiceClass serviceClass) => _booked[CpuSlot.Of(cause, serviceClass)] / 1e9;

    /// <summary>CPU seconds of eligible work of a class that general threads did because the pool has no engines (PROJECTCPU).</summary>
    public double Projected(ServiceClass serviceClass) => _booked[CpuSlot.Of(CpuAccount.EligibleOnGeneral, serviceClass)] / 1e9;

    /// <summary>Seconds of an account by time stamps alone: what its threads saw pass while they stood on it, which without a processor lost and without sleep is their CPU time.</summary>
    public double StampedSeconds(CpuAccount account) => (double)SumOf(_stamped, account) / Stopwatch.Frequency;

    /// <summary>A snapshot from figures that came from elsewhere, as another process's report; they are for no class.</summary>
    public static CpuSnapshot Of(Func<CpuAccount, double> secondsOf, double processSeconds, TimeSpan wall) =>
        Of(secondsOf, static (_, _) => 0, static (_, _) => 0, processSeconds, wall, default);

    /// <summary>The same, with the seconds within hand-over that engines' threads spent.</summary>
    public static CpuSnapshot Of(Func<CpuAccount, double> secondsOf, double processSeconds, TimeSpan wall, double handOverOnEngines)
    {
        var snapshot = Of(account => secondsOf(account) - (account == CpuAccount.HandOver ? handOverOnEngines : 0), processSeconds, wall);
        snapshot._booked[CpuSlot.HandOverOnEngine] = (long)(handOverOnEngines * 1e9);
        return snapshot;
    }

    /// <summary>A snapshot from figures that came from elsewhere: by account for no class, by account and class without spilled work, and by cause and class.</summary>
    public static CpuSnapshot Of(
        Func<CpuAccount, double> secondsOf,
        Func<CpuAccount, ServiceClass, double> secondsOfClass,
        Func<SpillCause, ServiceClass, double> spilledBy,
        double processSeconds,
        TimeSpan wall,
        Disturbance disturbance)
    {
        var booked = new long[CpuSlot.Count];
        foreach (var account in CpuAccounts.All)
        {
            booked[CpuSlot.Of(account)] = (long)(secondsOf(account) * 1e9);
            foreach (var serviceClass in ServiceClasses.All)
            {
                booked[CpuSlot.Of(account, serviceClass)] = (long)(secondsOfClass(account, serviceClass) * 1e9);
            }
        }

        foreach (var cause in SpillCauses.All)
        {
            foreach (var serviceClass in ServiceClasses.All)
            {
                booked[CpuSlot.Of(cause, serviceClass)] = (long)(spilledBy(cause, serviceClass) * 1e9);
            }
        }

        return new CpuSnapshot(booked, new long[CpuSlot.Count], (long)(processSeconds * 1e9), wall, disturbance);
    }

    /// <summary>The two processes' seconds together over the longer of the spans; what disturbed the machine is taken from this one.</summary>
    public CpuSnapshot Plus(CpuSnapshot other) => Plus(other, Wall > other.Wall ? Wall : other.Wall);

    /// <summary>One span and another that followed it as one; what disturbed the machine is taken from this one.</summary>
    public CpuSnapshot FollowedBy(CpuSnapshot other) => Plus(other, Wall + other.Wall);

    /// <summary>The span between an earlier snapshot of the same ledger and this one.</summary>
    public CpuSnapshot Since(CpuSnapshot earlier) => new(
        [.. _booked.Zip(earlier._booked, (later, former) => later - former)],
        [.. _stamped.Zip(earlier._stamped, (later, former) => later - former)],
        _process - earlier._process,
        Wall - earlier.Wall,
        Disturbance - earlier.Disturbance);

    /// <summary>This snapshot with no slot below an earlier one's: what a thread burns since its last booking is seen on the account it stands on, and may be booked to another.</summary>
    internal CpuSnapshot AtLeast(CpuSnapshot earlier) => new(
        [.. _booked.Zip(earlier._booked, Math.Max)],
        [.. _stamped.Zip(earlier._stamped, Math.Max)],
        Math.Max(_process, earlier._process),
        Wall,
        Disturbance);

    private CpuSnapshot Plus(CpuSnapshot other, TimeSpan wall) => new(
        [.. _booked.Zip(other._booked, (mine, others) => mine + others)],
        [.. _stamped.Zip(other._stamped, (mine, others) => mine + others)],
        _process + other._process,
        wall,
        Disturbance);

    internal long NanosecondsOf(CpuAccount account) => SumOf(_booked, account);

    private static long SumOf(long[] slots, CpuAccount account)
    {
        var sum = 0L;
        for (var slot = 0; slot < slots.Length; slot++)
        {
            sum += CpuSlot.AccountOf(slot) == account ? slots[slot] : 0;
        }

        return sum;
    }

    private static long SumOf(long[] slots, CpuAccount account, ServiceClass serviceClass)
    {
        var sum = 0L;
        for (var slot = 0; slot < slots.Length; slot++)
        {
            sum += CpuSlot.AccountOf(slot) == account && CpuSlot.ClassOf(slot) == serviceClass ? slots[slot] : 0;
        }

        return sum;
    }
}
