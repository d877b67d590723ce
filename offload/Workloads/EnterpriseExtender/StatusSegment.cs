using System.Buffers.Binary;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>Optional segment X'0E': how far the sender of the packet has received, with the number of the report.</summary>
internal readonly ref struct StatusSegment
{
    public const int Length = 20;
    public const byte Type = 0x0E;

    private readonly ReadOnlySpan<byte> _octets;

    private StatusSegment(ReadOnlySpan<byte> octets) => _octets = octets;

    public ushort ReportNumber => BinaryPrimitives.ReadUInt16BigEndian(_octets[4..]);

    public uint ReceivedSequence => BinaryPrimitives.ReadUInt32BigEndian(_octets[8..]);

    public static bool TryView(ReadOnlySpan<byte> segments, out StatusSegment segment)
    {
        var isOne = segments.Length >= Length && segments[0] == Length / 4 && segments[1] == Type;
        segment = isOne ? new(segments[..Length]) : default;
        return isOne;
    }

    public static void Write(Span<byte> segment, ushort reportNumber, uint receivedSequence)
    {
        segment[..Length].Clear();
        segment[0] = Length / 4;
        segment[1] = Type;
        BinaryPrimitives.WriteUInt16BigEndian(segment[4..], reportNumber);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], receivedSequence);
    }
}
