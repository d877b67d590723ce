namespace IpsecDp.Engines.Pinning;

/// <summary>The processor the calling thread was last bound to.</summary>
internal static class ThreadBinding
{
    /// <summary>What <see cref="Processor"/> says of a thread the scheduler places.</summary>
    public const int None = -1;

    // One more than the processor: a new thread's zero is none.
    [ThreadStatic]
    private static int _bound;

    /// <summary>Its number, or <see cref="None"/>.</summary>
    public static int Processor
    {
        get => _bound - 1;
        set => _bound = value + 1;
    }
}
