using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Simd.Gcm;

namespace IpsecDp.Crypto.Simd;

/// <summary>What the combined modes of ESP read of a packet's first octets: nonce and AAD (RFC 4106 §4 and §5).</summary>
internal readonly struct EspNonce(uint salt, bool extendedSequenceNumbers)
{
    /// <summary>Octets of SPI and low half of the number, before the IV.</summary>
    public const int HeaderLength = 8;

    /// <summary>Octets of the IV.</summary>
    public const int IvLength = 8;

    /// <summary>Where the payload begins.</summary>
    public const int TextOffset = HeaderLength + IvLength;

    /// <summary>Octets of AAD: with extended numbers the high half stands between SPI and low half.</summary>
    public int AadLength => extendedSequenceNumbers ? 12 : 8;

    /// <summary>Salt, IV and a counter lane of zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> Nonce(ReadOnlySpan<byte> iv) =>
        Vector128.Create(salt, BinaryPrimitives.ReadUInt32LittleEndian(iv), BinaryPrimitives.ReadUInt32LittleEndian(iv[4..]), 0).AsByte();

    /// <summary>SPI and number as a block, zeros behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> Aad(ReadOnlySpan<byte> packet, ulong sequence)
    {
        uint spi = BinaryPrimitives.ReadUInt32LittleEndian(packet);
        uint low = BinaryPrimitives.ReadUInt32LittleEndian(packet[4..]);
        return extendedSequenceNumbers
            ? Vector128.Create(spi, HighHalf(sequence), low, 0).AsByte()
            : Vector128.Create(spi, low, 0, 0).AsByte();
    }

    /// <summary>All of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GcmHeader Header(ReadOnlySpan<byte> packet, ulong sequence) => new(Nonce(packet[HeaderLength..]), Aad(packet, sequence), AadLength);

    /// <summary>The high half of a number, so that a little-endian store puts it into network order.</summary>
    public static uint HighHalf(ulong sequence) => BinaryPrimitives.ReverseEndianness((uint)(sequence >> 32));
}
