using System.Buffers.Binary;
using System.Numerics;

namespace IpsecDp.Workloads.Payload;

/// <summary>Pseudo-random octets a key stands for: word i depends on key and i alone, so words neither wait for each other when written nor when compared.</summary>
internal static class RecordBody
{
    private const ulong Step = 0xD6E8FEB86659FD93;

    /// <summary>Writes the octets.</summary>
    public static void Fill(Span<byte> body, ulong key)
    {
        var counter = key;
        while (body.Length >= 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(body, Word(counter));
            counter += Step;
            body = body[8..];
        }

        for (var at = 0; at < body.Length; at++)
        {
            body[at] = (byte)(Word(counter) >> (8 * at));
        }
    }

    /// <summary>Whether the octets are the ones <see cref="Fill"/> writes.</summary>
    public static bool Matches(ReadOnlySpan<byte> body, ulong key)
    {
        var counter = key;
        var difference = 0UL;
        while (body.Length >= 8)
        {
            difference |= BinaryPrimitives.ReadUInt64LittleEndian(body) ^ Word(counter);
            counter += Step;
            body = body[8..];
        }

        for (var at = 0; at < body.Length; at++)
        {
            difference |= body[at] ^ ((Word(counter) >> (8 * at)) & byte.MaxValue);
        }

        return difference == 0;
    }

    private static ulong Word(ulong counter) => (counter ^ BitOperations.RotateRight(counter, 29)) * 0xBF58476D1CE4E5B9;
}
