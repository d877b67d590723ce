using System.Buffers.Binary;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>The head of a GDS variable X'12CE', route setup: length of the whole variable, identifier.</summary>
internal static class RouteSetupVariable
{
    public const int HeaderLength = 4;
    public const ushort Identifier = 0x12CE;

    public static void Write(Span<byte> header, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], Identifier);
    }
}
