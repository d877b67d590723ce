using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Simd.Aes;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>GCM in two passes over the text, counter mode and GHASH, on whatever instructions it is given; the room behind the text stays untouched.</summary>
internal sealed class GcmPasses<TRound, TMultiply> : GcmTransform
    where TRound : struct, IAesRound
    where TMultiply : struct, ICarrylessMultiply
{
    // SP 800-38D §7.1: with a 96-bit IV, counter 1 masks the tag and the text begins with 2.
    private const uint TagCounter = 1;

    private readonly AesRoundKeys _keys;
    private readonly GhashPowers<TMultiply> _ghash;

    /// <summary>Expands a key of 16, 24 or 32 octets.</summary>
    public GcmPasses(ReadOnlySpan<byte> key)
    {
        _keys = AesRoundKeys.Expand<TRound>(key);
        _ghash = new GhashPowers<TMultiply>(AesLanes<TRound>.Encrypt(_keys.Keys, Vector128<byte>.Zero));
    }

    public override Vector128<byte> Seal(in GcmHeader header, Span<byte> text, int room)
    {
        ReadOnlySpan<Vector128<byte>> keys = _keys.Keys;
        AesCtr<TRound>.Apply(keys, header.Nonce, TagCounter + 1, text);
        return Tag(keys, header, text);
    }

    public override bool TryOpen(in GcmHeader header, Span<byte> text, int room, Icv tag)
    {
        ReadOnlySpan<Vector128<byte>> keys = _keys.Keys;
        if (!tag.IsPrefixOf(Tag(keys, header, text)))
        {
            return false;
        }

        AesCtr<TRound>.Apply(keys, header.Nonce, TagCounter + 1, text);
        return true;
    }

    public override void Dispose()
    {
        _keys.Dispose();
        _ghash.Dispose();
    }

    private Vector128<byte> Tag(ReadOnlySpan<Vector128<byte>> keys, in GcmHeader header, ReadOnlySpan<byte> text)
    {
        Vector128<ulong> hash = _ghash.UpdateBlock(Vector128<ulong>.Zero, header.Aad);
        hash = _ghash.Update(hash, text);
        return _ghash.Finish(hash, header.AadLength, text.Length) ^ AesLanes<TRound>.Encrypt(keys, AesCtr<TRound>.At(header.Nonce, TagCounter));
    }
}
