using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Projection;

/// <summary>The highest rates a machine takes, in packets a second.</summary>
/// <param name="WithoutLoss">Without any loss.</param>
/// <param name="Knee">With at most 0.5 % of loss.</param>
/// <param name="Saturation">What is delivered at three times the knee.</param>
public sealed record ProjectedCapacity(Estimate WithoutLoss, Estimate Knee, Estimate Saturation);
