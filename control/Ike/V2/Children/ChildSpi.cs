using System.Buffers.Binary;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.V2.Children;

/// <summary>SPIs of children as proposals carry them.</summary>
internal static class ChildSpi
{
    /// <summary>The four octets.</summary>
    public static Octets ToOctets(uint spi)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, spi);
        return new(octets);
    }
}
