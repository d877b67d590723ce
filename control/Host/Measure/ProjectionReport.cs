using IpsecDp.Modelling.Projection;

namespace IpsecDp.Host.Measure;

/// <summary>What was projected, or how far a projection was from what was then measured.</summary>
/// <param name="Load">The load whose average packet the costs are of.</param>
/// <param name="Machine">The machine it was calibrated on.</param>
/// <param name="Costs">What the product costs there.</param>
/// <param name="OthersShare">What other programs had of it meanwhile; null where the system does not say.</param>
/// <param name="Result">The machine that was asked about, or null.</param>
/// <param name="Verification">The projection beside the run with engines, or null.</param>
internal sealed record ProjectionReport(string Load, string Machine, CostModel Costs, double? OthersShare, ProjectionResult? Result, VerificationResult? Verification);
