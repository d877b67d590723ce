using System.Numerics;
using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.Flows;

/// <summary>The sending end of a one-way windowed flow. What is lost is never sent again: acknowledgments pass over holes, and when none comes the flow gives up on what is under way and goes on.</summary>
internal sealed class StreamSender : FlowEndpoint
{
    private readonly FlowFraming _framing;
    private readonly FlowIdentity _flow;
    private readonly StreamShape _shape;
    private readonly FlowBooks _books;
    private readonly SequenceWindow _acknowledgments = new();
    private readonly PublishedNumber _acknowledged = new();
    private readonly PublishedNumber _position = new();

    // Where each record under way ends, by number modulo the ring's length.
    private readonly long[] _ends;
    private long _next;
    private long _floor;
    private long _progressAt;
    private long _paceAt;
    private int _burstLeft;

    public StreamSender(FlowFraming framing, FlowIdentity flow, StreamShape shape, FlowBooks books)
    {
        _framing = framing;
        _flow = flow;
        _shape = shape;
        _books = books;
        _burstLeft = shape.Burst;
        _ends = new long[BitOperations.RoundUpToPowerOf2((uint)shape.Window)];
    }

    public override bool IsIdle => _next == _floor;

    public override long DueAt
    {
        get
        {
            var timeout = _next > _floor ? _progressAt + _shape.GiveUpAfter : long.MaxValue;
            return IsDraining || !IsOpen ? timeout : Math.Min(timeout, _paceAt);
        }
    }

    private bool IsOpen => _shape.Window - (_next - _floor) >= _shape.RecordsPerPacket;

    public override int TryWrite(Span<byte> packet, long now, out FlowTag tag)
    {
        tag = default;
        Advance(now);
        if (IsDraining || !IsOpen || now < _paceAt)
        {
            return 0;
        }

        if (_next == _floor)
        {
            _progressAt = now;
        }

        return Write(packet, now, out tag);
    }

    public override bool IsOwnerOf(in Arrival arrival) => _framing.IsOwnerOf(arrival);

    public override ArrivalVerdict Receive(in Arrival arrival, long now)
    {
        if (!_framing.TryOpen(arrival, out var segment) || !segment.IsAcknowledgment)
        {
            return _books.Acknowledgments.Book(ArrivalVerdict.Corrupted, arrival.Length);
        }

        var known = _acknowledged.Value;
        var fresh = known + (int)(segment.Acknowledged - (uint)known);
        if (fresh > _position.Value)
        {
            // It acknowledges octets that were never sent.
            return _books.Acknowledgments.Book(ArrivalVerdict.Corrupted, arrival.Length);
        }

        _acknowledged.Value = Math.Max(known, fresh);
        var ordinal = _acknowledgments.Extend(segment.AcknowledgmentOrdinal, _framing.OrdinalBits);
        return _books.Acknowledgments.Book(_acknowledgments.Accept(ordinal), arrival.Length);
    }

    private void Advance(long now)
    {
        var acknowledged = _acknowledged.Value;
        var before = _floor;
        while (_floor < _next && _ends[_floor & (_ends.Length - 1)] <= acknowledged)
        {
            _floor++;
        }

        if (_floor > before)
        {
            _progressAt = now;
        }
        else if (_next > _floor && now - _progressAt >= _shape.GiveUpAfter)
        {
            _books.Data.BookGivenUp(_next - _floor);
            _floor = _next;
        }
    }

    private int Write(Span<byte> packet, long now, out FlowTag tag)
    {
        var first = _next;
        var start = _position.Value;
        var header = _framing.HeaderLength((uint)first);
        var capacity = _framing.RecordCapacity((uint)first);
        var end = start;
        var at = header;
        for (var count = 0; count < _shape.RecordsPerPacket; count++, _next++)
        {
            var length = _shape.RecordLength(_flow, _next, capacity);
            PayloadStamp.Write(packet.Slice(at, length), _flow, (uint)_next, (uint)end, now);
            at += length;
            end += length + _framing.CountedHeaderLength((uint)_next);
            _ends[_next & (_ends.Length - 1)] = end;
        }

        var records = (int)(_next - first);
        var whole = packet[..at];
        _framing.Enclose(whole, (uint)first, (uint)start, 0, records);
        _position.Value = end;
        Pace(now, records);
        _books.Data.BookOffered(records, whole.Length);
        tag = records == 1
            ? new(_books.DataClass, _books.Flow, first)
            : new(_books.DataClass, _books.Flow, first, records, (ushort)((at - header) / records), (ushort)header);
        return whole.Length;
    }

    private void Pace(long now, int records)
    {
        if (_shape.Interval == 0)
        {
            _paceAt = now;
            return;
        }

        _burstLeft -= records;
        if (_burstLeft <= 0)
        {
            _burstLeft = _shape.Burst;
            _paceAt = Math.Max(_paceAt, now - (_shape.Interval * _shape.Burst)) + (_shape.Interval * _shape.Burst);
        }
    }
}
