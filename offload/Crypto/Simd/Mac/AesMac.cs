using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Simd.Aes;

namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>AES-XCBC-MAC-96 (RFC 3566) and AES-CMAC-96 (RFC 4494): the same chain, with other keys made of the key.</summary>
internal sealed class AesMac<TRound> : TruncatedMac
    where TRound : struct, IAesRound
{
    private const int BlockLength = 16;
    private const byte PaddingMark = 0x80;

    private readonly AesRoundKeys _chainKeys;
    private readonly Vector128<byte>[] _lastKeys = GC.AllocateArray<Vector128<byte>>(2, pinned: true);

    /// <summary>Takes a key of 16 octets.</summary>
    public AesMac(IntegrityAlgorithm algorithm, ReadOnlySpan<byte> key)
        : base(algorithm)
    {
        AesRoundKeys keys = AesRoundKeys.Expand<TRound>(key);
        if (algorithm == IntegrityAlgorithm.AesCmac96)
        {
            // RFC 4493 §2.3.
            _chainKeys = keys;
            _lastKeys[0] = Double(AesLanes<TRound>.Encrypt(keys.Keys, Vector128<byte>.Zero));
            _lastKeys[1] = Double(_lastKeys[0]);
            return;
        }

        // RFC 3566 §4.
        using (keys)
        {
            Vector128<byte> chainKey = AesLanes<TRound>.Encrypt(keys.Keys, Vector128.Create((byte)1));
            Span<byte> octets = stackalloc byte[BlockLength];
            chainKey.CopyTo(octets);
            _chainKeys = AesRoundKeys.Expand<TRound>(octets);
            octets.Clear();
            _lastKeys[0] = AesLanes<TRound>.Encrypt(keys.Keys, Vector128.Create((byte)2));
            _lastKeys[1] = AesLanes<TRound>.Encrypt(keys.Keys, Vector128.Create((byte)3));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Compute(ReadOnlySpan<byte> octets, Span<byte> icv)
    {
        ReadOnlySpan<Vector128<byte>> keys = _chainKeys.Keys;
        Vector128<byte> chain = Vector128<byte>.Zero;
        for (; octets.Length > BlockLength; octets = octets[BlockLength..])
        {
            chain = AesLanes<TRound>.Encrypt(keys, chain ^ Vector128.Create(octets));
        }

        // A whole last block goes with one key, a padded or empty one with the other.
        Span<byte> last = stackalloc byte[BlockLength];
        last.Clear();
        octets.CopyTo(last);
        Vector128<byte> lastKey = _lastKeys[0];
        if (octets.Length < BlockLength)
        {
            last[octets.Length] = PaddingMark;
            lastKey = _lastKeys[1];
        }

        AesLanes<TRound>.Encrypt(keys, chain ^ Vector128.Create<byte>(last) ^ lastKey).CopyTo(last);
        last[..IcvLength].CopyTo(icv);
    }

    public override void Dispose()
    {
        _chainKeys.Dispose();
        _lastKeys.AsSpan().Clear();
    }

    // Multiplication by x in GF(2^128), most significant bit first, without a branch on the secret.
    private static Vector128<byte> Double(Vector128<byte> block)
    {
        Span<byte> octets = stackalloc byte[BlockLength];
        block.CopyTo(octets);
        int carry = octets[0] >> 7;
        for (var i = 0; i < BlockLength - 1; i++)
        {
            octets[i] = (byte)((octets[i] << 1) | (octets[i + 1] >> 7));
        }

        octets[^1] = (byte)((octets[^1] << 1) ^ (carry * 0x87));
        return Vector128.Create<byte>(octets);
    }
}
