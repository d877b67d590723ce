using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Activity;

/// <summary>CPU seconds by account over a span, as a document carries them.</summary>
public sealed record AccountSeconds
{
    /// <summary>Receive, admit, deliver and send on general threads.</summary>
    public double General { get; init; }

    /// <summary>Eligible work that general threads did (IIPCP).</summary>
    public double EligibleOnGeneral { get; init; }

    /// <summary>Eligible work on engines (IIP).</summary>
    public double Specialty { get; init; }

    /// <summary>Delivery and sends on an engine's thread.</summary>
    public double SpecialtyOther { get; init; }

    /// <summary>Queueing and waking on general threads.</summary>
    public double HandOver { get; init; }

    /// <summary>Taking jobs on an engine's thread.</summary>
    public double HandOverOnEngines { get; init; }

    /// <summary>Burnt awake while hoping for work or for room.</summary>
    public double Spin { get; init; }

    /// <summary>Spent on falling asleep and on waking up.</summary>
    public double Idle { get; init; }

    /// <summary>The load's own clock and sink, no part of the product.</summary>
    public double Workload { get; init; }

    /// <summary>The runtime's threads and those nobody registered.</summary>
    public double NotAttributed { get; init; }

    /// <summary>Seconds of wall time.</summary>
    public double Wall { get; init; }

    /// <summary>Moving work between threads, on either kind.</summary>
    public double HandOverInAll => HandOver + HandOverOnEngines;

    /// <summary>Waiting for work, awake or on the way to and from sleep.</summary>
    public double Waiting => Spin + Idle;

    /// <summary>What the product did for packets: all its accounts but waiting.</summary>
    public double Busy => General + EligibleOnGeneral + Specialty + SpecialtyOther + HandOverInAll;

    /// <summary>CPU seconds of the process.</summary>
    public double Process => Busy + Waiting + Workload + NotAttributed;

    /// <summary>What a ledger booked in a span.</summary>
    public static AccountSeconds Of(CpuSnapshot span)
    {
        ArgumentNullException.ThrowIfNull(span);
        return new AccountSeconds
        {
            General = span[CpuAccount.General],
            EligibleOnGeneral = span[CpuAccount.EligibleOnGeneral],
            Specialty = span[CpuAccount.SpecialtyEligible],
            SpecialtyOther = span[CpuAccount.SpecialtyOther],
            HandOver = span[CpuAccount.HandOver] - span.HandOverOnEnginesSeconds,
            HandOverOnEngines = span.HandOverOnEnginesSeconds,
            Spin = span[CpuAccount.Spin],
            Idle = span[CpuAccount.Idle],
            Workload = span[CpuAccount.Workload],
            NotAttributed = span.NotAttributedSeconds,
            Wall = span.Wall.TotalSeconds,
        };
    }

    /// <summary>The sum of several spans.</summary>
    public static AccountSeconds Sum(IEnumerable<AccountSeconds> spans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        return spans.Aggregate(new AccountSeconds(), static (sum, span) => new AccountSeconds
        {
            General = sum.General + span.General,
            EligibleOnGeneral = sum.EligibleOnGeneral + span.EligibleOnGeneral,
            Specialty = sum.Specialty + span.Specialty,
            SpecialtyOther = sum.SpecialtyOther + span.SpecialtyOther,
            HandOver = sum.HandOver + span.HandOver,
            HandOverOnEngines = sum.HandOverOnEngines + span.HandOverOnEngines,
            Spin = sum.Spin + span.Spin,
            Idle = sum.Idle + span.Idle,
            Workload = sum.Workload + span.Workload,
            NotAttributed = sum.NotAttributed + span.NotAttributed,
            Wall = sum.Wall + span.Wall,
        });
    }

    /// <summary>The same figures as a snapshot, for <see cref="OffloadRatios"/>.</summary>
    public CpuSnapshot ToSnapshot() => CpuSnapshot.Of(
        account => account switch
        {
            CpuAccount.General => General,
            CpuAccount.EligibleOnGeneral => EligibleOnGeneral,
            CpuAccount.SpecialtyEligible => Specialty,
            CpuAccount.SpecialtyOther => SpecialtyOther,
            CpuAccount.HandOver => HandOverInAll,
            CpuAccount.Spin => Spin,
            CpuAccount.Idle => Idle,
            CpuAccount.Workload => Workload,
            _ => 0,
        },
        Process,
        TimeSpan.FromSeconds(Wall));
}
