namespace IpsecDp.Modelling.Simulation;

/// <summary>An engine is varied off or on at a moment of virtual time.</summary>
public readonly record struct VaryEvent(TimeSpan At, int Engine, bool IsOff);
