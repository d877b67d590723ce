using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.Flows;

/// <summary>Verifies the records of one direction as they arrive and books each; owned by the receiving thread.</summary>
internal sealed class RecordReader(FlowIdentity flow, FlowBooks books)
{
    private readonly SequenceWindow _window = new();

    /// <summary>The latest record's number.</summary>
    public long Sequence { get; private set; } = -1;

    /// <summary>Octets of this direction up to the end of the furthest record.</summary>
    public long Through { get; private set; }

    /// <summary>Verifies every record of a segment; the first is booked with the packet's headers. Gives the worst verdict.</summary>
    public ArrivalVerdict Read(in OpenedSegment segment, int packetLength, long now)
    {
        var records = segment.Records;
        var position = segment.Position;
        var octets = packetLength - records.Length;
        var counted = segment.CountedHeaderLength;
        var worst = ArrivalVerdict.Delivered;
        while (!records.IsEmpty)
        {
            if (!PayloadStamp.TryRead(records, flow, position, out var stamp))
            {
                return books.Data.Book(ArrivalVerdict.Corrupted, octets);
            }

            position += (uint)(counted + stamp.RecordLength);
            var verdict = Accept(stamp, position, octets + stamp.RecordLength, now);
            worst = verdict > worst ? verdict : worst;
            records = records[stamp.RecordLength..];
            octets = 0;
            counted = 0;
        }

        return worst;
    }

    private ArrivalVerdict Accept(PayloadStamp stamp, uint end, int octets, long now)
    {
        Sequence = _window.Extend(stamp.Sequence, 32);
        var verdict = books.Data.Book(_window.Accept(Sequence), octets);
        if (verdict == ArrivalVerdict.Duplicate)
        {
            return verdict;
        }

        books.Data.Latency.Record(books.Nanoseconds(now - stamp.SentAt));
        var ahead = (int)(end - (uint)Through);
        Through += Math.Max(0, ahead);
        return verdict;
    }
}
