using System.Security.Cryptography;

namespace IpsecDp.Ike.Keys.Macs;

/// <summary>HMAC over a hash of the platform, RFC 2104.</summary>
internal sealed class HmacMac(HashAlgorithmName hash, ReadOnlySpan<byte> key) : KeyedMac
{
    private readonly IncrementalHash _hmac = IncrementalHash.CreateHMAC(hash, key);

    public override int OutputLength => _hmac.HashLengthInBytes;

    public override void Append(ReadOnlySpan<byte> octets) => _hmac.AppendData(octets);

    protected override void FinishWhole(Span<byte> destination) => _hmac.GetHashAndReset(destination);

    protected override void Release() => _hmac.Dispose();
}
