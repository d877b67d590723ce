using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>HMAC (RFC 2104) with the keyed states kept between packets, which spares two compressions each.</summary>
internal sealed class HmacCode(HashAlgorithmName hash, ReadOnlySpan<byte> key) : IKeyedMac
{
    private const int LongestDigest = 64;

    private readonly IncrementalHash _hmac = IncrementalHash.CreateHMAC(hash, key);

    public void Compute(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> behind, Span<byte> code)
    {
        Span<byte> digest = stackalloc byte[LongestDigest];
        _hmac.AppendData(octets);
        _hmac.AppendData(behind);
        _hmac.GetHashAndReset(digest);
        digest[..code.Length].CopyTo(code);
    }

    public void Dispose() => _hmac.Dispose();
}
