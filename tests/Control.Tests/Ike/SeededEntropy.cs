using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Ike;

namespace Control.Tests.Ike;

/// <summary>Dice that replay from their seed.</summary>
internal sealed class SeededEntropy(int seed) : IEntropy
{
    private int _count;

    public void Fill(Span<byte> destination)
    {
        Span<byte> input = stackalloc byte[8];
        Span<byte> block = stackalloc byte[32];
        while (destination.Length > 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(input, seed);
            BinaryPrimitives.WriteInt32BigEndian(input[4..], _count++);
            SHA256.HashData(input, block);
            var taken = Math.Min(block.Length, destination.Length);
            block[..taken].CopyTo(destination);
            destination = destination[taken..];
        }
    }
}
