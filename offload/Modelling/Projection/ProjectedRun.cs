using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>One replication at one load.</summary>
internal sealed record ProjectedRun(double PacketsPerSecond, double WakeNanoseconds, SimulationResult Result);
