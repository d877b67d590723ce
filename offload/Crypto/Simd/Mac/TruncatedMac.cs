using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>A MAC beside a cipher or in AH, cut to its ICV.</summary>
internal abstract class TruncatedMac(IntegrityAlgorithm algorithm) : IDisposable
{
    /// <summary>Octets of the longest ICV.</summary>
    public const int LongestIcv = 32;

    /// <summary>The algorithm.</summary>
    public IntegrityAlgorithm Algorithm => algorithm;

    /// <summary>Octets of the ICV.</summary>
    public int IcvLength { get; } = CipherSuite.IcvLengthOf(algorithm);

    /// <summary>Writes the ICV of the octets; it may lie over their end.</summary>
    public abstract void Compute(ReadOnlySpan<byte> octets, Span<byte> icv);

    /// <summary>Writes the ICV of all of an ESP packet before its ICV, and of an extended number's high half behind it; the packet stays as it is unless <paramref name="icv"/> lies in it.</summary>
    public void Compute(Span<byte> packet, ulong sequence, bool isExtended, Span<byte> icv)
    {
        int length = packet.Length - IcvLength;
        if (!isExtended)
        {
            Compute(packet[..length], icv);
            return;
        }

        // RFC 4303 §2.2.1: the high half is hashed behind the payload and not sent; the ICV's place holds it meanwhile.
        Span<byte> high = packet.Slice(length, sizeof(uint));
        uint received = BinaryPrimitives.ReadUInt32LittleEndian(high);
        BinaryPrimitives.WriteUInt32BigEndian(high, (uint)(sequence >> 32));
        Span<byte> computed = stackalloc byte[LongestIcv];
        computed = computed[..IcvLength];
        Compute(packet[..(length + sizeof(uint))], computed);
        BinaryPrimitives.WriteUInt32LittleEndian(high, received);
        computed.CopyTo(icv);
    }

    /// <summary>The same for every packet of a job, into consecutive ICVs.</summary>
    public virtual void ComputeMany(ReadOnlySpan<PacketSlice> packets, bool isExtended, Span<byte> icvs)
    {
        for (var i = 0; i < packets.Length; i++)
        {
            Compute(packets[i].Packet, packets[i].Sequence, isExtended, icvs.Slice(IcvLength * i, IcvLength));
        }
    }

    /// <summary>Compares two ICVs, of four octets or a multiple, in constant time: all octets before the one branch on the result.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool AreEqual(ReadOnlySpan<byte> computed, ReadOnlySpan<byte> received)
    {
        uint difference = 0;
        for (var i = 0; i < computed.Length; i += sizeof(uint))
        {
            difference |= MemoryMarshal.Read<uint>(computed[i..]) ^ MemoryMarshal.Read<uint>(received[i..]);
        }

        return difference == 0;
    }

    /// <summary>Zeroes the key.</summary>
    public abstract void Dispose();
}
