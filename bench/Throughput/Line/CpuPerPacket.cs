using IpsecDp.Engines.Accounting;

namespace IpsecDp.Throughput.Line;

/// <summary>CPU nanoseconds a packet of all threads: general and eligible work of general threads, work on engines, hand-over, and waiting.</summary>
internal sealed record CpuPerPacket(double General, double EligibleOnGeneral, double Specialty, double HandOver, double Idle)
{
    /// <summary>Divides the accounts of a span.</summary>
    public static CpuPerPacket Of(CpuSnapshot span, double packets)
    {
        double Each(CpuAccount account) => span[account] * 1e9 / packets;
        return new CpuPerPacket(
            Each(CpuAccount.General),
            Each(CpuAccount.EligibleOnGeneral),
            Each(CpuAccount.SpecialtyEligible) + Each(CpuAccount.SpecialtyOther),
            Each(CpuAccount.HandOver),
            Each(CpuAccount.Spin) + Each(CpuAccount.Idle));
    }
}
