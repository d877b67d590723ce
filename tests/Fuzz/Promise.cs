namespace IpsecDp.Fuzz;

/// <summary>What a target holds a parser to.</summary>
public static class Promise
{
    /// <summary>Throws <see cref="BrokenPromiseException"/> when the promise does not hold.</summary>
    public static void Holds(bool condition, string promise)
    {
        if (!condition)
        {
            throw new BrokenPromiseException(promise);
        }
    }
}
