namespace IpsecDp.Engines.Overload;

/// <summary>Whether behind what a general thread brought last more waits at its ports. Where none does the thread keeps up: a queue it finds full is then no overload, keeping and moving carry alike, and what can move has to.</summary>
public static class Backlog
{
    [ThreadStatic]
    private static bool _isNone;

    /// <summary>Of the calling thread; true until it says otherwise.</summary>
    public static bool OfThisThread
    {
        get => !_isNone;
        set => _isNone = !value;
    }
}
