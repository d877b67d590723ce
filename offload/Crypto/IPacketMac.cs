namespace IpsecDp.Crypto;

/// <summary>Signs and verifies AH packets of one SA; immutable after creation and safe on any engine at the same time.</summary>
/// <remarks>The octets are the whole IP packet with mutable fields and ICV zeroed and, for extended numbers, the high 32 bits of the number behind it (RFC 4302 §3.3.3).</remarks>
public interface IPacketMac : IDisposable
{
    /// <summary>The algorithm.</summary>
    IntegrityAlgorithm Algorithm { get; }

    /// <summary>Octets of the ICV field; for GMAC these include its 8-byte IV (RFC 4543 §4).</summary>
    int IcvLength { get; }

    /// <summary>Writes the ICV field; the number makes GMAC's IV and is otherwise unused.</summary>
    void Sign(ReadOnlySpan<byte> octets, ulong sequence, Span<byte> icv);

    /// <summary>Compares in constant time; a field of another length than <see cref="IcvLength"/> is false.</summary>
    bool Verify(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> icv);
}
