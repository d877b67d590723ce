namespace IpsecDp.Workloads.Payload;

/// <summary>Numbers derived from a seed by the finaliser of SplitMix64 (Steele, Lea, Flood 2014), so that any number can be had without those before it.</summary>
internal static class SeedDerivation
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The child of a key that a branch number names.</summary>
    public static ulong Derive(ulong key, ulong branch)
    {
        var mixed = key + ((branch + 1) * Golden);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from <paramref name="lowest"/> to <paramref name="highest"/>, both included.</summary>
    public static long Between(ulong key, ulong branch, long lowest, long highest)
    {
        var span = (ulong)(highest - lowest) + 1;
        return lowest + (long)Math.BigMul(Derive(key, branch), span, out _);
    }
}
