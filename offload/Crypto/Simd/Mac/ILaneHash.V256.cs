namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>A hash of 64-octet blocks whose state and message are 32-bit big-endian words (FIPS 180-4 §5.2.1), many messages side by side.</summary>
internal unsafe interface ILaneHash
{
    /// <summary>The state before the first block (FIPS 180-4 §5.3).</summary>
    static abstract ReadOnlySpan<uint> Initial { get; }

    /// <summary>Words a block is extended to, one for each round (FIPS 180-4 §6).</summary>
    static abstract int Schedule { get; }

    /// <summary>Takes one block of every lane into the state; vector i of <paramref name="words"/> has word i of each lane's block, and behind those sixteen is room for the <see cref="Schedule"/>.</summary>
    static abstract void Compress<TWords, TVector>(TVector* state, TVector* words)
        where TWords : struct, IWords<TVector>
        where TVector : unmanaged;
}
