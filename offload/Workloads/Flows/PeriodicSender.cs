using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.Flows;

/// <summary>Sends one record per interval, unacknowledged; an interval nobody asked in is skipped, not made up for.</summary>
internal sealed class PeriodicSender(FlowFraming framing, FlowIdentity flow, StreamShape shape, FlowBooks books) : FlowEndpoint
{
    private long _next;
    private long _position;
    private long _dueAt;

    public override bool IsIdle => true;

    public override long DueAt => IsDraining ? long.MaxValue : _dueAt;

    public override int TryWrite(Span<byte> packet, long now, out FlowTag tag)
    {
        tag = default;
        if (IsDraining || now < _dueAt)
        {
            return 0;
        }

        var sequence = (uint)_next;
        var header = framing.HeaderLength(sequence);
        var length = shape.RecordLength(flow, _next, framing.RecordCapacity(sequence));
        var whole = packet[..(header + length)];
        PayloadStamp.Write(whole[header..], flow, sequence, (uint)_position, now);
        framing.Enclose(whole, sequence, (uint)_position, 0, 1);
        books.Data.BookOffered(1, whole.Length);
        tag = new(books.DataClass, books.Flow, _next);
        _next++;
        _position += length + framing.CountedHeaderLength(sequence);
        _dueAt = now + shape.Interval;
        return whole.Length;
    }

    public override bool IsOwnerOf(in Arrival arrival) => framing.IsOwnerOf(arrival);

    /// <summary>Nothing is ever sent back to this end, so whatever comes under its name is damaged.</summary>
    public override ArrivalVerdict Receive(in Arrival arrival, long now) => books.Data.Book(ArrivalVerdict.Corrupted, arrival.Length);
}
