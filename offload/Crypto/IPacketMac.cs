using System.Buffers.Binary;

namespace IpsecDp.Crypto;

/// <summary>Signs and verifies AH packets of one SA; immutable after creation and safe on any engine at the same time.</summary>
/// <remarks>The octets are the whole IP packet with mutable fields and ICV zeroed (but not GMAC's IV in front of it, RFC 4543 §4) and, for extended numbers, the high 32 bits of the number behind it (RFC 4302 §3.3.3).</remarks>
public interface IPacketMac : IDisposable
{
    /// <summary>The algorithm.</summary>
    IntegrityAlgorithm Algorithm { get; }

    /// <summary>Octets of the ICV field; for GMAC these include its 8-byte IV (RFC 4543 §4).</summary>
    int IcvLength { get; }

    /// <summary>Octets at the front of the ICV field that are an IV: authenticated with the packet, so in place before <see cref="Sign"/> and not zeroed before <see cref="Verify"/>.</summary>
    int IvLength => Algorithm == IntegrityAlgorithm.AesGmac ? sizeof(ulong) : 0;

    /// <summary>Writes those octets for a number that was never used before with this key; nothing but for GMAC.</summary>
    void WriteIv(Span<byte> icv, ulong sequence)
    {
        if (IvLength > 0)
        {
            BinaryPrimitives.WriteUInt64BigEndian(icv, sequence);
        }
    }

    /// <summary>Writes the ICV field; the number makes GMAC's IV and is otherwise unused.</summary>
    void Sign(ReadOnlySpan<byte> octets, ulong sequence, Span<byte> icv);

    /// <summary>Compares in constant time; a field of another length than <see cref="IcvLength"/> is false.</summary>
    bool Verify(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> icv);
}
