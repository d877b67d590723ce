using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.Flows;

/// <summary>The answering end of a request/response flow: answers the latest request; one that was overtaken is answered no more, its asker has given it up.</summary>
internal sealed class Responder(FlowFraming framing, FlowIdentity requests, FlowIdentity responses, TransactionShape shape, FlowBooks books) : FlowEndpoint
{
    private readonly RecordReader _reader = new(requests, books);

    // Written by the receiving thread: the furthest request plus one, octets received.
    private readonly PublishedNumber _asked = new();
    private readonly PublishedNumber _received = new();

    private long _answered;
    private long _position;
    private int _index;
    private int _count;

    public override bool IsIdle => _index == _count && _answered == _asked.Value;

    public override long DueAt => long.MaxValue;

    public override int TryWrite(Span<byte> packet, long now, out FlowTag tag)
    {
        tag = default;
        if (_index == _count && !TryTakeRequest())
        {
            return 0;
        }

        var number = ((_answered - 1) * TransactionShape.ResponseBlock) + _index;
        var sequence = (uint)number;
        var header = framing.HeaderLength(sequence);
        var length = shape.ResponseLength(responses, number, framing.RecordCapacity(sequence));
        var whole = packet[..(header + length)];
        PayloadStamp.Write(whole[header..], responses, sequence, (uint)_position, now);
        framing.Enclose(whole, sequence, (uint)_position, (uint)_received.Value, 1);
        books.Data.BookOffered(1, whole.Length);
        tag = new(books.DataClass, books.Flow, number);
        _position += length + framing.CountedHeaderLength(sequence);
        _index++;
        return whole.Length;
    }

    public override bool IsOwnerOf(in Arrival arrival) => framing.IsOwnerOf(arrival);

    public override ArrivalVerdict Receive(in Arrival arrival, long now)
    {
        if (!framing.TryOpen(arrival, out var segment) || segment.IsAcknowledgment)
        {
            return books.Data.Book(ArrivalVerdict.Corrupted, arrival.Length);
        }

        var verdict = _reader.Read(segment, arrival.Length, now);
        if (verdict is ArrivalVerdict.Delivered or ArrivalVerdict.Reordered)
        {
            _received.Value = _reader.Through;
            _asked.Value = Math.Max(_asked.Value, _reader.Sequence + 1);
        }

        return verdict;
    }

    private bool TryTakeRequest()
    {
        var asked = _asked.Value;
        if (asked == _answered)
        {
            return false;
        }

        _answered = asked;
        _index = 0;
        _count = shape.ResponsesTo(responses, asked - 1);
        return true;
    }
}
