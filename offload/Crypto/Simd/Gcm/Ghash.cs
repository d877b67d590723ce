using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>GHASH under one key; stateless, the running value travels with the caller.</summary>
internal abstract class Ghash : IDisposable
{
    /// <summary>Hashes octets as whole blocks, zeros behind the last (SP 800-38D §6.4).</summary>
    public abstract Vector128<ulong> Update(Vector128<ulong> hash, ReadOnlySpan<byte> octets);

    /// <summary>Hashes the block of lengths and gives the result in GHASH's order of octets.</summary>
    public abstract Vector128<byte> Finish(Vector128<ulong> hash, int aadLength, int textLength);

    /// <summary>Zeroes the powers of the hash key.</summary>
    public abstract void Dispose();
}
