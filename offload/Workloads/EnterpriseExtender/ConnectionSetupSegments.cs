using System.Buffers.Binary;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>Optional segments X'0D' and X'10' of a connection's first packet: a reliable connection with ARB flow control, and the identifier its sender wants to be answered under.</summary>
internal static class ConnectionSetupSegments
{
    public const int Length = SetupLength + IdentifierLength;

    private const int SetupLength = 8;
    private const int IdentifierLength = 12;
    private const byte SetupType = 0x0D;
    private const byte IdentifierType = 0x10;
    private const ushort Version = 0x0101;
    private const byte ArbFlowControl = 0x10;
    private const byte Reliable = 0x08;

    public static void Write(Span<byte> segments, ulong connectionId)
    {
        segments[..Length].Clear();
        segments[0] = SetupLength / 4;
        segments[1] = SetupType;
        BinaryPrimitives.WriteUInt16BigEndian(segments[2..], Version);
        segments[4] = ArbFlowControl | Reliable;
        segments[SetupLength] = IdentifierLength / 4;
        segments[SetupLength + 1] = IdentifierType;
        BinaryPrimitives.WriteUInt64BigEndian(segments[(SetupLength + 4)..], connectionId);
    }
}
