namespace IpsecDp.Adapters;

/// <summary>Why a port stopped adding to a batch.</summary>
internal enum DrainResult : byte
{
    /// <summary>Nothing is waiting.</summary>
    Empty,

    /// <summary>The batch has all it may have.</summary>
    Full,

    /// <summary>All buffers are with others; what waits stays with the kernel.</summary>
    Starved,

    /// <summary>The kernel's end is gone for good.</summary>
    Gone,
}
