namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>A MAC beside a cipher or in AH, cut to its ICV.</summary>
internal abstract class TruncatedMac(IntegrityAlgorithm algorithm) : IDisposable
{
    /// <summary>The algorithm.</summary>
    public IntegrityAlgorithm Algorithm => algorithm;

    /// <summary>Octets of the ICV.</summary>
    public int IcvLength { get; } = CipherSuite.IcvLengthOf(algorithm);

    /// <summary>Writes the ICV of the octets; it may lie over their end.</summary>
    public abstract void Compute(ReadOnlySpan<byte> octets, Span<byte> icv);

    /// <summary>Zeroes the key.</summary>
    public abstract void Dispose();
}
