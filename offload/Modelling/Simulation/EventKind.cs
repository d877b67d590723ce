namespace IpsecDp.Modelling.Simulation;

/// <summary>The kinds of event.</summary>
internal enum EventKind : byte
{
    /// <summary>A processor finished its step, or slept or spun long enough.</summary>
    Step,

    /// <summary>A packet arrives at a general processor that waits for one.</summary>
    Arrival,

    /// <summary>An engine is varied off or on.</summary>
    Vary,

    /// <summary>A batch of the statistics ends.</summary>
    Boundary,
}
