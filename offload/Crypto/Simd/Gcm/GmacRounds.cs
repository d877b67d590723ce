using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Simd.Aes;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>GMAC on the AES it is given and on any GHASH.</summary>
internal sealed class GmacRounds<TRound> : Gmac
    where TRound : struct, IAesRound
{
    private readonly AesRoundKeys _keys;
    private readonly Ghash _ghash;

    /// <summary>Expands a key of 16, 24 or 32 octets; the GHASH is made of E(K, 0).</summary>
    public GmacRounds(ReadOnlySpan<byte> key, Func<Vector128<byte>, Ghash> ghash)
    {
        _keys = AesRoundKeys.Expand<TRound>(key);
        _ghash = ghash(AesLanes<TRound>.Encrypt(_keys.Keys, Vector128<byte>.Zero));
    }

    public override Vector128<byte> Tag(Vector128<byte> nonce, ReadOnlySpan<byte> blocks, ReadOnlySpan<byte> octets)
    {
        Vector128<byte> mask = AesLanes<TRound>.Encrypt(_keys.Keys, AesCtr<TRound>.At(nonce, 1));
        Vector128<ulong> hash = _ghash.Update(Vector128<ulong>.Zero, blocks);
        hash = _ghash.Update(hash, octets);
        return _ghash.Finish(hash, blocks.Length + octets.Length, 0) ^ mask;
    }

    public override void Dispose()
    {
        _keys.Dispose();
        _ghash.Dispose();
    }
}
