namespace IpsecDp.Modelling.Projection;

/// <summary>One batch on a line without engines: its packets, and the nanoseconds from its receipt until the thread looked for the next.</summary>
public readonly record struct BatchTime(int Packets, double Nanoseconds);
