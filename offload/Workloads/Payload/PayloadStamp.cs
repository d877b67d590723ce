using System.Buffers.Binary;

namespace IpsecDp.Workloads.Payload;

/// <summary>What stands in front of each record's body: record length (2), flow (2), sequence (4), send time in ticks (8), check (8).</summary>
/// <remarks>The check binds the four fields, the flow's key and the record's place in its transport (TCP sequence, RTP byte sequence number), so a record moved to another place is found out.</remarks>
internal readonly record struct PayloadStamp(uint Sequence, long SentAt, int RecordLength)
{
    /// <summary>Octets of a stamp, and of the shortest record.</summary>
    public const int Length = 24;

    private const int FlowAt = 2;
    private const int SequenceAt = 4;
    private const int SentAtAt = 8;
    private const int CheckAt = 16;

    /// <summary>Writes stamp and body over a record, whose length is at least <see cref="Length"/> and below 64 KiB.</summary>
    public static void Write(Span<byte> record, FlowIdentity flow, uint sequence, uint position, long sentAt)
    {
        BinaryPrimitives.WriteUInt16BigEndian(record, (ushort)record.Length);
        BinaryPrimitives.WriteUInt16BigEndian(record[FlowAt..], flow.Id);
        BinaryPrimitives.WriteUInt32BigEndian(record[SequenceAt..], sequence);
        BinaryPrimitives.WriteInt64BigEndian(record[SentAtAt..], sentAt);
        var check = Check(record, flow.Key, position);
        BinaryPrimitives.WriteUInt64BigEndian(record[CheckAt..], check);
        RecordBody.Fill(record[Length..], SeedDerivation.Derive(flow.Key, sequence));
    }

    /// <summary>Reads and verifies the first of the records; false when any octet of it is not what <see cref="Write"/> wrote.</summary>
    public static bool TryRead(ReadOnlySpan<byte> records, FlowIdentity flow, uint position, out PayloadStamp stamp)
    {
        stamp = default;
        if (records.Length < Length)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(records);
        if (length < Length || length > records.Length || BinaryPrimitives.ReadUInt16BigEndian(records[FlowAt..]) != flow.Id)
        {
            return false;
        }

        if (BinaryPrimitives.ReadUInt64BigEndian(records[CheckAt..]) != Check(records, flow.Key, position))
        {
            return false;
        }

        var sequence = BinaryPrimitives.ReadUInt32BigEndian(records[SequenceAt..]);
        stamp = new(sequence, BinaryPrimitives.ReadInt64BigEndian(records[SentAtAt..]), length);
        return RecordBody.Matches(records[Length..length], SeedDerivation.Derive(flow.Key, sequence));
    }

    private static ulong Check(ReadOnlySpan<byte> stamp, ulong key, uint position)
    {
        var first = BinaryPrimitives.ReadUInt64BigEndian(stamp);
        var second = BinaryPrimitives.ReadUInt64BigEndian(stamp[SentAtAt..]);
        return SeedDerivation.Derive(SeedDerivation.Derive(key ^ first, position), second);
    }
}
