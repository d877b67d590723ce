using System.Buffers.Binary;

namespace IpsecDp.Fuzz;

/// <summary>Makes input after input out of seeds: the same seed number gives the same inputs, none of them allocates.</summary>
public sealed class InputMutator(IReadOnlyList<byte[]> seeds, ulong seed)
{
    /// <summary>Octets of the longest input.</summary>
    public const int MaximumLength = 2048;

    private const int MaximumMutations = 6;

    private static ReadOnlySpan<byte> Edges => [0x00, 0x01, 0x02, 0x04, 0x07, 0x08, 0x10, 0x2C, 0x32, 0x33, 0x3C, 0x3F, 0x40, 0x45, 0x4F, 0x60, 0x7F, 0x80, 0xF0, 0xFE, 0xFF];

    private readonly byte[] _input = new byte[MaximumLength];
    // Zero is the one state the generator never leaves.
    private ulong _state = (seed * 0x9E3779B97F4A7C15) | 1;

    /// <summary>The next input; it stays what it is until the next call.</summary>
    public ReadOnlySpan<byte> Next()
    {
        var chosen = seeds[Below(seeds.Count)];
        var length = Math.Min(chosen.Length, MaximumLength);
        chosen.AsSpan(0, length).CopyTo(_input);
        for (var count = Below(MaximumMutations); count >= 0; count--)
        {
            length = Mutate(length);
        }

        return _input.AsSpan(0, length);
    }

    private int Mutate(int length)
    {
        var at = Below(length + 1);
        switch (Below(10))
        {
            case 0 when at < length:
                _input[at] ^= (byte)(1 << Below(8));
                return length;

            case 1 when at < length:
                _input[at] = Edges[Below(Edges.Length)];
                return length;

            case 2 when at < length:
                _input[at] = (byte)Random();
                return length;

            case 3 when at + 2 <= length:
                // Length fields lie about the octets behind them, so the true count and its neighbours are worth trying.
                BinaryPrimitives.WriteUInt16BigEndian(_input.AsSpan(at), (ushort)(length - at + Below(5) - 2));
                return length;

            case 4:
                return at;

            case 5:
                return Insert(at, 1 + Below(16), length);

            case 6:
                return Remove(at, 1 + Below(16), length);

            case 7 when at + 4 <= length:
                BinaryPrimitives.WriteUInt32BigEndian(_input.AsSpan(at), (uint)Random());
                return length;

            case 8 when length > 1:
                var size = Math.Min(1 + Below(40), length - at);
                _input.AsSpan(Below(length - size + 1), size).CopyTo(_input.AsSpan(at));
                return length;

            default:
                // Headers stand in front; most bits worth turning are there.
                _input[Below(Math.Min(length, 64) + 1) % Math.Max(length, 1)] ^= (byte)(1 << Below(8));
                return length;
        }
    }

    private int Insert(int at, int count, int length)
    {
        count = Math.Min(count, MaximumLength - length);
        _input.AsSpan(at, length - at).CopyTo(_input.AsSpan(at + count));
        for (var i = 0; i < count; i++)
        {
            _input[at + i] = (byte)Random();
        }

        return length + count;
    }

    private int Remove(int at, int count, int length)
    {
        count = Math.Min(count, length - at);
        _input.AsSpan(at + count, length - at - count).CopyTo(_input.AsSpan(at));
        return length - count;
    }

    private int Below(int bound) => (int)((Random() >> 32) * (ulong)bound >> 32);

    // xorshift64* (Vigna 2016): fast, and enough for inputs.
    private ulong Random()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1D;
    }
}
