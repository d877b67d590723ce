using IpsecDp.Engines.Accounting;

namespace IpsecDp.Engines.Records;

/// <summary>The dispatch controls an interval was measured under.</summary>
/// <param name="IpSecurity">ZIIP IPSECURITY.</param>
/// <param name="HonorPriority">IIPHONORPRIORITY.</param>
/// <param name="IsHandedBack">Whether general threads deliver what engines ran.</param>
/// <param name="AlternateWait">ZIIPAWMT.</param>
/// <param name="Factor">The normalisation factor.</param>
public sealed record RecordControls(bool IpSecurity, bool HonorPriority, bool IsHandedBack, TimeSpan AlternateWait, Normalisation Factor)
{
    /// <summary>The controls of a pool.</summary>
    public static RecordControls Of(EnginePoolModel model, Normalisation factor)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(model.IpSecurity, model.Rule.HonorPriority, model.Delivery == DeliveryRule.HandedBack, model.Rule.AlternateWait, factor);
    }
}
