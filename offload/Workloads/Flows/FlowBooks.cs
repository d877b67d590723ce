using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Workloads.Flows;

/// <summary>Where a flow is booked on this host: its data's class, its bare acknowledgments' class.</summary>
internal sealed record FlowBooks(int Flow, TrafficClass DataClass, ClassLedger Data, TrafficClass AcknowledgmentClass, ClassLedger Acknowledgments, long TicksPerSecond)
{
    /// <summary>Ticks as nanoseconds.</summary>
    public long Nanoseconds(long ticks) => TicksPerSecond == 1_000_000_000 ? ticks : (long)(ticks * (1e9 / TicksPerSecond));
}
