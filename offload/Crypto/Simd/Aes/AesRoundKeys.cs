using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace IpsecDp.Crypto.Simd.Aes;

/// <summary>The round keys of one AES key (FIPS 197 §5.2): 11, 13 or 15 of 16 octets, in memory the collector does not move, zeroed on dispose.</summary>
internal sealed class AesRoundKeys : IDisposable
{
    private readonly Vector128<byte>[] _keys;
    private bool _isDisposed;

    private AesRoundKeys(int count)
    {
        _keys = GC.AllocateArray<Vector128<byte>>(count, pinned: true);
    }

    /// <summary>The first key to the last, one more than there are rounds; throws <see cref="ObjectDisposedException"/> once they are zeroed.</summary>
    public ReadOnlySpan<Vector128<byte>> Keys
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _keys;
        }
    }

    /// <summary>Expands a key of 16, 24 or 32 octets.</summary>
    public static AesRoundKeys Expand<TRound>(ReadOnlySpan<byte> key)
        where TRound : struct, IAesRound
    {
        int words = key.Length / 4;
        var schedule = new AesRoundKeys(words + 7);
        Span<uint> w = MemoryMarshal.Cast<Vector128<byte>, uint>(schedule._keys.AsSpan());
        for (var i = 0; i < words; i++)
        {
            w[i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
        }

        uint constant = 1;
        for (int i = words; i < w.Length; i++)
        {
            uint word = w[i - 1];
            if (i % words == 0)
            {
                // Octets lie in memory order, so the standard's rotation to the left is one to the right.
                word = Substitute<TRound>(BitOperations.RotateRight(word, 8)) ^ constant;
                constant = (constant << 1) ^ (constant >> 7) * 0x11B;
            }
            else if (words == 8 && i % words == 4)
            {
                word = Substitute<TRound>(word);
            }

            w[i] = w[i - words] ^ word;
        }

        return schedule;
    }

    /// <summary>The keys of the equivalent inverse cipher: reversed, all but the outer two through the inverse MixColumns (FIPS 197 §5.3.5).</summary>
    public AesRoundKeys Invert<TRound>()
        where TRound : struct, IAesRound
    {
        var inverse = new AesRoundKeys(_keys.Length);
        int last = _keys.Length - 1;
        inverse._keys[0] = _keys[last];
        inverse._keys[last] = _keys[0];
        for (var i = 1; i < last; i++)
        {
            inverse._keys[i] = TRound.InverseMixColumns(_keys[last - i]);
        }

        return inverse;
    }

    /// <summary>Zeroes the keys.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_keys.AsSpan()));
        _isDisposed = true;
    }

    // Four equal columns are what ShiftRows leaves alone, so a last round without key is SubWord.
    private static uint Substitute<TRound>(uint word)
        where TRound : struct, IAesRound =>
        TRound.LastRound(Vector128.Create(word).AsByte(), Vector128<byte>.Zero).AsUInt32().ToScalar();
}
