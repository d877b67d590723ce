using System.Buffers.Binary;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>An XID format 3 information field: fixed part, control point name (vector X'0E'), product set (vector X'10'), whose data is a record of the workload.</summary>
internal static class ExchangeIdentification
{
    /// <summary>Octets of the field.</summary>
    public const int Length = 200;

    /// <summary>Where the record stands.</summary>
    public const int RecordAt = ProductSetAt + 2;

    /// <summary>Octets of the record.</summary>
    public const int RecordLength = Length - RecordAt;

    private const byte FormatThreeTypeTwo = 0x32;
    private const uint NodeIdentification = 0xFFF00000;
    private const ushort NetworkNodeWithControlPoint = 0x0070;
    private const byte AdaptivePacing = 0xC0;
    private const byte ParallelTransmissionGroups = 0x80;
    private const int DependentSectionAt = 18;
    private const int NameAt = DependentSectionAt + 1;
    private const byte NameKey = 0x0E;
    private const byte ControlPointName = 0xF4;
    private const byte ProductSetKey = 0x10;
    private const int ProductSetAt = NameAt + 3 + NameLength;
    private const int NameLength = 12;

    // NETA.SSCPnnA in EBCDIC, code page 037; the letters before the link number.
    private static ReadOnlySpan<byte> NameStem => [0xD5, 0xC5, 0xE3, 0xC1, 0x4B, 0xE2, 0xE2, 0xC3, 0xD7];

    /// <summary>Writes everything but the record.</summary>
    public static void Write(Span<byte> field, int link, HostSide side)
    {
        field[..RecordAt].Clear();
        field[0] = FormatThreeTypeTwo;
        field[1] = Length;
        BinaryPrimitives.WriteUInt32BigEndian(field[2..], NodeIdentification | (uint)((link << 1) + (int)side));
        BinaryPrimitives.WriteUInt16BigEndian(field[8..], NetworkNodeWithControlPoint);
        field[10] = AdaptivePacing;
        field[15] = ParallelTransmissionGroups;
        field[16] = (byte)(link + 1);
        field[DependentSectionAt] = 1;
        WriteName(field[NameAt..], link, side);
        field[ProductSetAt] = ProductSetKey;
        field[ProductSetAt + 1] = RecordLength;
    }

    private static void WriteName(Span<byte> vector, int link, HostSide side)
    {
        vector[0] = NameKey;
        vector[1] = NameLength + 1;
        vector[2] = ControlPointName;
        NameStem.CopyTo(vector[3..]);
        var digits = vector[(3 + NameStem.Length)..];
        digits[0] = (byte)(0xF0 + (link / 10 % 10));
        digits[1] = (byte)(0xF0 + (link % 10));
        digits[2] = (byte)(0xC1 + (int)side);
    }
}
