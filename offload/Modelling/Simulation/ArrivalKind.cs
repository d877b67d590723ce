namespace IpsecDp.Modelling.Simulation;

/// <summary>How packets of a stream follow one another.</summary>
public enum ArrivalKind : byte
{
    /// <summary>Independently, with exponential gaps.</summary>
    Poisson,

    /// <summary>With equal gaps.</summary>
    Deterministic,

    /// <summary>In bursts of a fixed size, which themselves come independently.</summary>
    Bursts,

    /// <summary>With the gaps of a recording, over and over, stretched to the stream's rate.</summary>
    Trace,
}
