using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Simd.Aes;
using IpsecDp.Crypto.Simd.Mac;

namespace IpsecDp.Crypto.Simd;

/// <summary>ESP with AES-CBC (RFC 3602) and a MAC.</summary>
internal sealed class CbcCipher<TRound> : EncryptThenMacCipher
    where TRound : struct, IAesRound
{
    private readonly AesRoundKeys _keys;
    private readonly AesRoundKeys _inverseKeys;

    /// <summary>Expands a key of 16, 24 or 32 octets.</summary>
    public CbcCipher(CipherSuite suite, ReadOnlySpan<byte> key, TruncatedMac mac, bool extendedSequenceNumbers)
        : base(suite, mac, extendedSequenceNumbers)
    {
        _keys = AesRoundKeys.Expand<TRound>(key);
        _inverseKeys = _keys.Invert<TRound>();
    }

    protected override int BlockLength => 16;

    // SP 800-38A appendix C: an encrypted counter is an IV nobody can predict.
    public override void WriteIv(Span<byte> iv, ulong sequence)
    {
        Vector128<ulong> number = Vector128.Create(0, BinaryPrimitives.ReverseEndianness(sequence));
        AesLanes<TRound>.Encrypt(_keys.Keys, number.AsByte()).CopyTo(iv);
    }

    public override void Dispose()
    {
        base.Dispose();
        _keys.Dispose();
        _inverseKeys.Dispose();
    }

    protected override void Encrypt(ReadOnlySpan<byte> iv, Span<byte> text) =>
        AesCbc<TRound>.Encrypt(_keys.Keys, Vector128.Create(iv), text);

    protected override void Decrypt(ReadOnlySpan<byte> iv, Span<byte> text) =>
        AesCbc<TRound>.Decrypt(_inverseKeys.Keys, Vector128.Create(iv), text);

    protected override void EncryptMany(ReadOnlySpan<PacketSlice> packets) =>
        AesCbcJob<TRound>.Encrypt(_keys.Keys, packets, TextOffset, Suite.IcvLength);
}
