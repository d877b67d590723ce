using IpsecDp.Engines;

namespace IpsecDp.Host.Measure;

/// <summary>The causes of spilled work as reports name them.</summary>
internal static class SpillWords
{
    /// <summary>The name of a cause.</summary>
    public static string Of(SpillCause cause) => cause switch
    {
        SpillCause.Full => "queues full",
        SpillCause.Waited => "waited too long",
        SpillCause.TooSmall => "too small",
        SpillCause.Parked => "engines varied off",
        SpillCause.Helped => "helped out",
        SpillCause.Dearer => "moving dearer",
        _ => cause.ToString(),
    };
}
