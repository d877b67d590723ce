using System.Buffers.Binary;

namespace IpsecDp.Peers.Datagrams;

/// <summary>What stands at the front of every datagram: the trial it belongs to and its number within.</summary>
internal static class DatagramMark
{
    /// <summary>Octets of it.</summary>
    public const int Length = 12;

    /// <summary>Writes it.</summary>
    public static void Write(Span<byte> datagram, int trial, long number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(datagram, trial);
        BinaryPrimitives.WriteInt64LittleEndian(datagram[4..], number);
    }

    /// <summary>Reads it.</summary>
    public static (int Trial, long Number) Read(ReadOnlySpan<byte> datagram) => (BinaryPrimitives.ReadInt32LittleEndian(datagram), BinaryPrimitives.ReadInt64LittleEndian(datagram[4..]));
}
