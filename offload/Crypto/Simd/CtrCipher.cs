using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Simd.Aes;
using IpsecDp.Crypto.Simd.Mac;

namespace IpsecDp.Crypto.Simd;

/// <summary>ESP with AES in counter mode (RFC 3686) and a MAC.</summary>
internal sealed class CtrCipher<TRound>(CipherSuite suite, ReadOnlySpan<byte> key, uint salt, TruncatedMac mac, bool extendedSequenceNumbers)
    : EncryptThenMacCipher(suite, mac, extendedSequenceNumbers)
    where TRound : struct, IAesRound
{
    // RFC 3686 §4: the block counter begins with one.
    private const uint FirstCounter = 1;

    private readonly AesRoundKeys _keys = AesRoundKeys.Expand<TRound>(key);
    private readonly EspNonce _nonce = new(salt, extendedSequenceNumbers: false);

    protected override int BlockLength => 1;

    public override void WriteIv(Span<byte> iv, ulong sequence) => BinaryPrimitives.WriteUInt64BigEndian(iv, sequence);

    public override void Dispose()
    {
        base.Dispose();
        _keys.Dispose();
    }

    protected override void Encrypt(ReadOnlySpan<byte> iv, Span<byte> text) =>
        AesCtr<TRound>.Apply(_keys.Keys, _nonce.Nonce(iv), FirstCounter, text);

    protected override void Decrypt(ReadOnlySpan<byte> iv, Span<byte> text) => Encrypt(iv, text);
}
