namespace IpsecDp.TestKit.Crypto;

/// <summary>AES as FIPS 197 words it: the S-box from inverses in GF(2^8), one octet at a time.</summary>
public sealed class PlainAes : IPlainBlockCipher
{
    private static readonly byte[] SBox = CreateSBox();
    private static readonly byte[] InverseSBox = Invert(SBox);
    private static readonly byte[][] Products = [.. Enumerable.Range(0, 16).Select(factor => Enumerable.Range(0, 256).Select(x => Multiply((byte)factor, (byte)x)).ToArray())];

    private readonly byte[][] _roundKeys;

    /// <summary>Expands a key of 16, 24 or 32 octets (FIPS 197 §5.2).</summary>
    public PlainAes(ReadOnlySpan<byte> key)
    {
        var keyWords = key.Length / 4;
        var words = new byte[4 * (keyWords + 7)][];
        byte roundConstant = 1;
        for (var i = 0; i < words.Length; i++)
        {
            if (i < keyWords)
            {
                words[i] = key.Slice(4 * i, 4).ToArray();
                continue;
            }

            var word = (byte[])words[i - 1].Clone();
            if (i % keyWords == 0)
            {
                word = [(byte)(SBox[word[1]] ^ roundConstant), SBox[word[2]], SBox[word[3]], SBox[word[0]]];
                roundConstant = Multiply(roundConstant, 2);
            }
            else if (keyWords == 8 && i % keyWords == 4)
            {
                word = [.. word.Select(octet => SBox[octet])];
            }

            words[i] = [.. word.Zip(words[i - keyWords], (a, b) => (byte)(a ^ b))];
        }

        _roundKeys = [.. words.Chunk(4).Select(four => four.SelectMany(word => word).ToArray())];
    }

    /// <inheritdoc/>
    public int BlockLength => 16;

    /// <inheritdoc/>
    public byte[] Encrypt(ReadOnlySpan<byte> block)
    {
        var state = block.ToArray();
        AddRoundKey(state, _roundKeys[0]);
        for (var round = 1; round < _roundKeys.Length; round++)
        {
            Substitute(state, SBox);
            state = ShiftRows(state, 1);
            if (round < _roundKeys.Length - 1)
            {
                state = MixColumns(state, [2, 3, 1, 1]);
            }

            AddRoundKey(state, _roundKeys[round]);
        }

        return state;
    }

    /// <inheritdoc/>
    public byte[] Decrypt(ReadOnlySpan<byte> block)
    {
        var state = block.ToArray();
        for (var round = _roundKeys.Length - 1; round > 0; round--)
        {
            AddRoundKey(state, _roundKeys[round]);
            if (round < _roundKeys.Length - 1)
            {
                state = MixColumns(state, [14, 11, 13, 9]);
            }

            state = ShiftRows(state, 3);
            Substitute(state, InverseSBox);
        }

        AddRoundKey(state, _roundKeys[0]);
        return state;
    }

    private static void AddRoundKey(byte[] state, byte[] roundKey)
    {
        for (var i = 0; i < state.Length; i++)
        {
            state[i] ^= roundKey[i];
        }
    }

    private static void Substitute(byte[] state, byte[] box)
    {
        for (var i = 0; i < state.Length; i++)
        {
            state[i] = box[state[i]];
        }
    }

    // The state is stored by columns, so row r is every fourth octet.
    private static byte[] ShiftRows(byte[] state, int by)
    {
        var shifted = new byte[16];
        for (var i = 0; i < 16; i++)
        {
            shifted[i] = state[(i + (4 * by * (i % 4))) % 16];
        }

        return shifted;
    }

    private static byte[] MixColumns(byte[] state, ReadOnlySpan<byte> row)
    {
        var mixed = new byte[16];
        for (var i = 0; i < 16; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                mixed[i] ^= Products[row[(j - (i % 4) + 4) % 4]][state[(i & ~3) + j]];
            }
        }

        return mixed;
    }

    // FIPS 197 §5.1.1: the inverse in the field, then the affine map.
    private static byte[] CreateSBox()
    {
        var box = new byte[256];
        for (var x = 0; x < 256; x++)
        {
            var inverse = Enumerable.Range(0, 256).FirstOrDefault(y => Multiply((byte)x, (byte)y) == 1);
            for (var bit = 0; bit < 8; bit++)
            {
                var sum = (inverse >> bit) ^ (inverse >> ((bit + 4) % 8)) ^ (inverse >> ((bit + 5) % 8)) ^ (inverse >> ((bit + 6) % 8)) ^ (inverse >> ((bit + 7) % 8)) ^ (0x63 >> bit);
                box[x] |= (byte)((sum & 1) << bit);
            }
        }

        return box;
    }

    private static byte[] Invert(byte[] box)
    {
        var inverse = new byte[256];
        for (var x = 0; x < 256; x++)
        {
            inverse[box[x]] = (byte)x;
        }

        return inverse;
    }

    // FIPS 197 §4.2: modulo x^8 + x^4 + x^3 + x + 1.
    private static byte Multiply(byte a, byte b)
    {
        var product = 0;
        var factor = (int)a;
        for (var bit = 0; bit < 8; bit++)
        {
            if ((b >> bit & 1) == 1)
            {
                product ^= factor;
            }

            factor = (factor << 1) ^ (factor >= 0x80 ? 0x11B : 0);
        }

        return (byte)product;
    }
}
