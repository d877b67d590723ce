namespace IpsecDp.Modelling.Search;

/// <summary>One trial: the load that was offered for so long, and the share of its packets that did not arrive.</summary>
/// <param name="Load">Packets a second.</param>
/// <param name="Seconds">Trial Duration.</param>
/// <param name="LossRatio">Trial Loss Ratio.</param>
public readonly record struct TrialResult(double Load, double Seconds, double LossRatio);
