using System.Buffers.Binary;
using IpsecDp.Crypto.Simd.Gcm;

namespace IpsecDp.Crypto.Simd;

/// <summary>ESP with AES-GCM (RFC 4106).</summary>
/// <remarks>A payload whose ICV was wrong is zeroed, or stays encrypted where the ICV could be checked first.</remarks>
internal sealed class GcmCipher(CipherSuite suite, GcmTransform gcm, uint salt, bool extendedSequenceNumbers) : IPacketCipher
{
    private readonly EspNonce _nonce = new(salt, extendedSequenceNumbers);
    private readonly int _icvLength = suite.IcvLength;

    public CipherSuite Suite => suite;

    public bool IsIvTheNumber => true;

    public void WriteIv(Span<byte> iv, ulong sequence) => BinaryPrimitives.WriteUInt64BigEndian(iv, sequence);

    public void Seal(Span<byte> packet, ulong sequence) => gcm.Seal(_nonce, _icvLength, packet, sequence, slack: 0);

    public bool TryOpen(Span<byte> packet, ulong sequence) => gcm.TryOpen(_nonce, _icvLength, packet, sequence, slack: 0);

    public void SealMany(ReadOnlySpan<PacketSlice> packets) => gcm.SealMany(_nonce, _icvLength, packets);

    public void OpenMany(ReadOnlySpan<PacketSlice> packets, Span<bool> opened) => gcm.OpenMany(_nonce, _icvLength, packets, opened);

    public void Dispose() => gcm.Dispose();
}
