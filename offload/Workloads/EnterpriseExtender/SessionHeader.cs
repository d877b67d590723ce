using System.Buffers.Binary;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>FID5 transmission header (12 octets) and request header (3): a whole request unit of an LU-LU session.</summary>
internal static class SessionHeader
{
    public const int Length = 15;

    private const byte FidFiveWholeMessage = 0x5C;
    private const int SessionAddressAt = 4;
    private const int RequestHeaderAt = 12;

    // Begin and end of chain, formatted user data (octet 0); exception response wanted (octet 1); change direction (octet 2).
    private const byte OnlyInChain = 0x03;
    private const byte ExceptionResponse = 0x90;
    private const byte ChangeDirection = 0x20;

    public static void Write(Span<byte> header, ushort sequence, ulong sessionAddress)
    {
        header[0] = FidFiveWholeMessage;
        header[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], sequence);
        BinaryPrimitives.WriteUInt64BigEndian(header[SessionAddressAt..], sessionAddress);
        header[RequestHeaderAt] = OnlyInChain;
        header[RequestHeaderAt + 1] = ExceptionResponse;
        header[RequestHeaderAt + 2] = ChangeDirection;
    }
}
