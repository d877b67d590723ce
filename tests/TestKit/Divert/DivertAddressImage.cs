using System.Buffers.Binary;

namespace IpsecDp.TestKit.Divert;

/// <summary>WINDIVERT_ADDRESS as its 80 octets, read and written by offset: independent of the product's structure.</summary>
public readonly record struct DivertAddressImage(byte[] Octets)
{
    /// <summary>Octets of the structure.</summary>
    public const int Size = 80;

    public const byte Sniffed = 0x01;
    public const byte Outbound = 0x02;
    public const byte Loopback = 0x04;
    public const byte Impostor = 0x08;
    public const byte V6 = 0x10;
    public const byte IpChecksum = 0x20;
    public const byte TcpChecksum = 0x40;
    public const byte UdpChecksum = 0x80;

    /// <summary>When it was captured.</summary>
    public long Timestamp => BinaryPrimitives.ReadInt64LittleEndian(Octets);

    /// <summary>The flags.</summary>
    public byte Flags => Octets[10];

    /// <summary>The interface.</summary>
    public uint Interface => BinaryPrimitives.ReadUInt32LittleEndian(Octets.AsSpan(16));

    /// <summary>Its part.</summary>
    public uint SubInterface => BinaryPrimitives.ReadUInt32LittleEndian(Octets.AsSpan(20));

    /// <summary>An address of a packet.</summary>
    public static DivertAddressImage Of(long timestamp, byte flags, uint interfaceIndex, uint subInterface = 0)
    {
        var octets = new byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(octets, timestamp);
        octets[10] = flags;
        BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(16), interfaceIndex);
        BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(20), subInterface);
        return new(octets);
    }

    /// <summary>Whether a flag is set.</summary>
    public bool Has(byte flag) => (Flags & flag) != 0;

    /// <summary>The same with other flags.</summary>
    public DivertAddressImage WithFlags(byte flags)
    {
        var octets = (byte[])Octets.Clone();
        octets[10] = flags;
        return new(octets);
    }
}
