namespace IpsecDp.Ports.Memory;

/// <summary>How long a thread looks again before it goes to sleep: long where looking paid lately, hardly at all where it did not.</summary>
/// <remarks>Threads that share it race for its one number; the loser's lesson is lost, no more.</remarks>
internal struct AdaptiveSpin
{
    // A look costs about a microsecond with the yield in it; waking a sleeper costs its waker up to a hundred.
    private const int MostLooks = 16;
    private const int FewestLooks = 1;
    private const int PausesPerLook = 8;

    // Stored less one, so that the zero value is the fewest.
    private int _extraLooks;

    /// <summary>Looks this often at most.</summary>
    public readonly int Looks => FewestLooks + _extraLooks;

    /// <summary>Lets time pass between two looks and the other threads of this core run.</summary>
    public static void Pause()
    {
        Thread.SpinWait(PausesPerLook);
        Thread.Yield();
    }

    /// <summary>A look found what it waited for.</summary>
    public void Paid() => _extraLooks = Math.Min(Looks * 2, MostLooks) - FewestLooks;

    /// <summary>All looks were in vain.</summary>
    public void Wasted() => _extraLooks = Math.Max(Looks / 2, FewestLooks) - FewestLooks;
}
