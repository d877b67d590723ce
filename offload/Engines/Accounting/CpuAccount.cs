namespace IpsecDp.Engines.Accounting;

/// <summary>Where a second of CPU time is booked; the accounts of all threads and the remainder add up to the process's CPU time.</summary>
public enum CpuAccount : byte
{
    /// <summary>Work of a general processor that could not move: receive, admit, deliver, send.</summary>
    General,

    /// <summary>Work an engine could have done that ran on a general processor (RMF's IIPCP).</summary>
    EligibleOnGeneral,

    /// <summary>Eligible work on an engine (RMF's IIP).</summary>
    SpecialtyEligible,

    /// <summary>Other work an engine's thread did: delivery and sends.</summary>
    SpecialtyOther,

    /// <summary>Moving work between threads: queueing, waking, taking.</summary>
    HandOver,

    /// <summary>CPU burnt awake while hoping for work or for room, because a wake-up would cost more.</summary>
    Spin,

    /// <summary>CPU spent on falling asleep and on waking up.</summary>
    Idle,

    /// <summary>The traffic generator and its sink, which are no part of the product.</summary>
    Workload,
}
