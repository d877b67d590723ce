namespace IpsecDp.Adapters.Windows;

/// <summary>The three heights at which the product stands in the driver's chain.</summary>
/// <remarks>What a handle sends, and what its closing gives back, is seen only below it: so the guard drops what a dying capture lets go, and nobody sees what is injected at the bottom.</remarks>
internal static class DivertPriority
{
    /// <summary>The capture sees packets before what other products hold.</summary>
    public const short Capture = 20000;

    /// <summary>The guard, below the capture and above what other products hold.</summary>
    public const short Guard = 10000;

    /// <summary>Injection, below all.</summary>
    public const short Inject = -30000;
}
