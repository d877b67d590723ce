using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.Flows;

/// <summary>The receiving end of a one-way windowed flow: acknowledges the furthest octet received, passing over holes.</summary>
internal sealed class StreamReceiver(FlowFraming framing, FlowIdentity flow, StreamShape shape, FlowBooks books) : FlowEndpoint
{
    private readonly RecordReader _reader = new(flow, books);
    private readonly PublishedNumber _received = new();
    private readonly PublishedNumber _through = new();
    private long _acknowledgedRecords;
    private long _acknowledgedThrough;
    private long _ordinal;
    private long _heldSince = long.MaxValue;

    public override bool IsIdle => _through.Value == _acknowledgedThrough;

    public override long DueAt => _heldSince == long.MaxValue ? long.MaxValue : _heldSince + shape.DelayedAcknowledgment;

    public override int TryWrite(Span<byte> packet, long now, out FlowTag tag)
    {
        tag = default;
        var received = _received.Value;
        var through = _through.Value;
        if (through == _acknowledgedThrough)
        {
            return 0;
        }

        _heldSince = Math.Min(_heldSince, now);
        if (received - _acknowledgedRecords < shape.AcknowledgeEvery && now - _heldSince < shape.DelayedAcknowledgment)
        {
            return 0;
        }

        var length = framing.WriteAcknowledgment(packet, (uint)_ordinal, 0, (uint)through);
        tag = new(books.AcknowledgmentClass, books.Flow, _ordinal);
        books.Acknowledgments.BookOffered(1, length);
        _acknowledgedRecords = received;
        _acknowledgedThrough = through;
        _heldSince = long.MaxValue;
        _ordinal++;
        return length;
    }

    public override bool IsOwnerOf(in Arrival arrival) => framing.IsOwnerOf(arrival);

    public override ArrivalVerdict Receive(in Arrival arrival, long now)
    {
        if (!framing.TryOpen(arrival, out var segment) || segment.IsAcknowledgment)
        {
            return books.Data.Book(ArrivalVerdict.Corrupted, arrival.Length);
        }

        var before = _reader.Through;
        var verdict = _reader.Read(segment, arrival.Length, now);
        if (_reader.Through > before)
        {
            _received.Value = _reader.Sequence + 1;
            _through.Value = _reader.Through;
        }

        return verdict;
    }
}
