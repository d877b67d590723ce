using System.Buffers.Binary;
using IpsecDp.Crypto;

namespace IpsecDp.TestKit.Crypto;

/// <summary>AH's codes by definition.</summary>
public sealed class PlainMac(IntegrityAlgorithm algorithm, byte[] key) : IPacketMac
{
    /// <inheritdoc/>
    public IntegrityAlgorithm Algorithm => algorithm;

    /// <inheritdoc/>
    public int IcvLength => CipherSuite.IcvLengthOf(algorithm);

    /// <summary>The uncut code of a separate MAC under a key of any length.</summary>
    public static byte[] Whole(IntegrityAlgorithm algorithm, byte[] key, byte[] message) => algorithm switch
    {
        IntegrityAlgorithm.HmacMd5_96 => PlainMacs.HmacMd5(key, message),
        IntegrityAlgorithm.HmacSha1_96 => PlainMacs.HmacSha1(key, message),
        IntegrityAlgorithm.HmacSha256_128 => PlainMacs.HmacSha256(key, message),
        IntegrityAlgorithm.HmacSha384_192 => PlainMacs.HmacSha384(key, message),
        IntegrityAlgorithm.HmacSha512_256 => PlainMacs.HmacSha512(key, message),
        IntegrityAlgorithm.AesXcbc96 => PlainMacs.Xcbc(key, message),
        IntegrityAlgorithm.AesCmac96 => PlainMacs.Cmac(key, message),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not a separate MAC"),
    };

    /// <inheritdoc/>
    public void Sign(ReadOnlySpan<byte> octets, ulong sequence, Span<byte> icv)
    {
        var iv = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(iv, sequence);
        Field(octets.ToArray(), iv).CopyTo(icv);
    }

    /// <inheritdoc/>
    public bool Verify(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> icv) =>
        icv.Length == IcvLength && icv.SequenceEqual(Field(octets.ToArray(), icv[..8].ToArray()));

    /// <inheritdoc/>
    public void Dispose() => Array.Clear(key);

    private byte[] Field(byte[] octets, byte[] iv) => algorithm == IntegrityAlgorithm.AesGmac
        ? [.. iv, .. new PlainGcm(key.AsSpan(0, key.Length - 4)).Encrypt([.. key[^4..], .. iv], [], octets, 16).Tag]
        : Whole(algorithm, key, octets)[..IcvLength];
}
