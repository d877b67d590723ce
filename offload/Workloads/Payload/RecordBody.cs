using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace IpsecDp.Workloads.Payload;

/// <summary>Pseudo-random octets a key stands for: word i depends on key and i alone, so words neither wait for each other when written nor when compared.</summary>
internal static class RecordBody
{
    private const ulong Step = 0xD6E8FEB86659FD93;

    /// <summary>Writes the octets.</summary>
    public static void Fill(Span<byte> body, ulong key)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(body);
        var counter = key;
        for (var at = 0; at < words.Length; at++)
        {
            words[at] = LittleEndian(Word(counter));
            counter += Step;
        }

        var last = Word(counter);
        for (var at = words.Length * sizeof(ulong); at < body.Length; at++)
        {
            body[at] = (byte)last;
            last >>= 8;
        }
    }

    /// <summary>Whether the octets are the ones <see cref="Fill"/> writes.</summary>
    public static bool Matches(ReadOnlySpan<byte> body, ulong key)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(body);
        var counter = key;
        var difference = 0UL;
        for (var at = 0; at < words.Length; at++)
        {
            difference |= LittleEndian(words[at]) ^ Word(counter);
            counter += Step;
        }

        var last = Word(counter);
        for (var at = words.Length * sizeof(ulong); at < body.Length; at++)
        {
            difference |= body[at] ^ (last & byte.MaxValue);
            last >>= 8;
        }

        return difference == 0;
    }

    // The same seed gives the same octets on every machine.
    private static ulong LittleEndian(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);

    private static ulong Word(ulong counter) => (counter ^ BitOperations.RotateRight(counter, 29)) * 0xBF58476D1CE4E5B9;
}
