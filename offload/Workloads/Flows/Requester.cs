using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.Flows;

/// <summary>The asking end of a request/response flow: one transaction at a time, think time between; a transaction whose answer stays out is given up.</summary>
internal sealed class Requester(FlowFraming framing, FlowIdentity requests, FlowIdentity responses, TransactionShape shape, FlowBooks books) : FlowEndpoint
{
    private readonly RecordReader _reader = new(responses, books);

    // Written by the receiving thread: transactions answered in full, when the last was, octets received.
    private readonly PublishedNumber _completed = new();
    private readonly PublishedNumber _completedAt = new();
    private readonly PublishedNumber _received = new();

    private long _transaction;
    private long _position;
    private long _askedAt;
    private long _askAt = long.MinValue;
    private bool _isAwaiting;
    private long _answering = -1;
    private uint _answersSeen;

    public override bool IsIdle => !_isAwaiting;

    public override long DueAt => _isAwaiting ? _askedAt + shape.GiveUpAfter : IsDraining ? long.MaxValue : _askAt;

    public override int TryWrite(Span<byte> packet, long now, out FlowTag tag)
    {
        tag = default;
        if (_askAt == long.MinValue)
        {
            _askAt = now + shape.ThinkBefore(requests, 0);
        }

        if (_isAwaiting)
        {
            Await(now);
        }

        if (_isAwaiting || IsDraining || now < _askAt)
        {
            return 0;
        }

        var sequence = (uint)_transaction;
        var header = framing.HeaderLength(sequence);
        var length = shape.RequestLength(requests, _transaction, framing.RecordCapacity(sequence));
        var whole = packet[..(header + length)];
        PayloadStamp.Write(whole[header..], requests, sequence, (uint)_position, now);
        framing.Enclose(whole, sequence, (uint)_position, (uint)_received.Value, 1);
        books.Data.BookOffered(1, whole.Length);
        tag = new(books.DataClass, books.Flow, _transaction);
        _position += length + framing.CountedHeaderLength(sequence);
        _askedAt = now;
        _isAwaiting = true;
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
            NoteAnswer(_reader.Sequence, now);
        }

        return verdict;
    }

    private void Await(long now)
    {
        if (_completed.Value > _transaction)
        {
            Finish(_completedAt.Value);
        }
        else if (now - _askedAt >= shape.GiveUpAfter)
        {
            books.Data.BookGivenUp(1);
            Finish(now);
        }
    }

    private void Finish(long at)
    {
        _isAwaiting = false;
        _transaction++;
        _askAt = at + shape.ThinkBefore(requests, _transaction);
    }

    private void NoteAnswer(long sequence, long now)
    {
        var transaction = sequence / TransactionShape.ResponseBlock;
        if (transaction < _answering)
        {
            return;
        }

        if (transaction > _answering)
        {
            _answering = transaction;
            _answersSeen = 0;
        }

        _answersSeen |= 1u << (int)(sequence % TransactionShape.ResponseBlock);
        if (_answersSeen == (1u << shape.ResponsesTo(responses, transaction)) - 1)
        {
            _completedAt.Value = now;
            _completed.Value = transaction + 1;
        }
    }
}
