using System.Buffers.Binary;

namespace IpsecDp.Ike.Keys;

/// <summary>The two SPIs of an IKE SA, as they stand in the header.</summary>
public readonly record struct IkeSpis(ulong Initiator, ulong Responder)
{
    /// <summary>Octets of both.</summary>
    public const int Length = 16;

    /// <summary>SPIi | SPIr in network order; <paramref name="destination"/> holds 16 octets.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Initiator);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Responder);
    }
}
