using IpsecDp.Wire.Transport;
using IpsecDp.Workloads.Flows;
using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>LDLC on one link: host A opens with XID and closes with DISC, both sides TEST whether the other lives, commands are answered (RFC 2353).</summary>
internal sealed class LinkSignalling : FlowEndpoint
{
    private const int ShortestTest = PayloadStamp.Length;
    private const int LongestTest = 29;
    private const uint TestPosition = 0;
    private const uint IdentificationPosition = 1;

    private readonly Envelope _envelope;
    private readonly LinkSignallingArrivals _arrivals;
    private readonly HostSide _side;
    private readonly int _link;
    private readonly FlowIdentity _own;
    private readonly long _interval;
    private readonly FlowBooks _books;

    private long _sequence;
    private long _testAt = long.MinValue;
    private bool _hasIdentified;
    private bool _hasClosed;
    private bool _mayClose;

    public LinkSignalling(Envelope envelope, int link, HostSide side, FlowIdentity own, FlowIdentity peer, long interval, FlowBooks books)
    {
        _envelope = envelope;
        _link = link;
        _side = side;
        _own = own;
        _interval = interval;
        _books = books;
        _arrivals = new(envelope, link, side, own, peer, books);
    }

    public override bool IsIdle => _arrivals.Echoes.IsEmpty && (_side == HostSide.A ? _hasIdentified && _hasClosed : !OwesIdentification && !OwesDisconnectedMode);

    public override long DueAt => IsDraining ? long.MaxValue : _testAt;

    private int FrameAt => _envelope.IpHeaderLength + UdpView.HeaderLength;

    private bool OwesIdentification => _arrivals.IsIdentificationAsked && !_hasIdentified;

    private bool OwesDisconnectedMode => _arrivals.IsDisconnectAsked && !_hasClosed;

    /// <summary>Lets host A send DISC: every other flow of the host has come to rest.</summary>
    public void AllowClose() => _mayClose = true;

    public override int TryWrite(Span<byte> packet, long now, out FlowTag tag)
    {
        tag = new(_books.DataClass, _books.Flow, _sequence);
        if (_testAt == long.MinValue)
        {
            _testAt = now + _interval;
        }

        if (!_hasIdentified && (_side == HostSide.A || OwesIdentification))
        {
            _hasIdentified = true;
            return WriteIdentification(packet, now);
        }

        if (!_arrivals.Echoes.IsEmpty)
        {
            var length = _arrivals.Echoes.Dequeue(packet[(FrameAt + LlcFrame.HeaderLength)..]);
            return Finish(packet, LlcControl.Test, isResponse: true, length);
        }

        if (!_hasClosed && (_side == HostSide.A ? _mayClose : OwesDisconnectedMode))
        {
            _hasClosed = true;
            return Finish(packet, _side == HostSide.A ? LlcControl.Disconnect : LlcControl.DisconnectedMode, _side == HostSide.B, 0);
        }

        return IsDraining || now < _testAt ? 0 : WriteTest(packet, now);
    }

    public override bool IsOwnerOf(in Arrival arrival) => _envelope.IsOwnerOf(arrival);

    public override ArrivalVerdict Receive(in Arrival arrival, long now) => _arrivals.Receive(arrival, now);

    private int WriteIdentification(Span<byte> packet, long now)
    {
        var field = packet.Slice(FrameAt + LlcFrame.HeaderLength, ExchangeIdentification.Length);
        ExchangeIdentification.Write(field, _link, _side);
        PayloadStamp.Write(field[ExchangeIdentification.RecordAt..], _own, (uint)_sequence++, IdentificationPosition, now);
        return Finish(packet, LlcControl.ExchangeIdentification, _side == HostSide.B, field.Length);
    }

    private int WriteTest(Span<byte> packet, long now)
    {
        _testAt = now + _interval;
        var length = (int)SeedDerivation.Between(~_own.Key, (ulong)_sequence, ShortestTest, LongestTest);
        PayloadStamp.Write(packet.Slice(FrameAt + LlcFrame.HeaderLength, length), _own, (uint)_sequence++, TestPosition, now);
        return Finish(packet, LlcControl.Test, isResponse: false, length);
    }

    private int Finish(Span<byte> packet, byte control, bool isResponse, int fieldLength)
    {
        var whole = packet[..(FrameAt + LlcFrame.HeaderLength + fieldLength)];
        LlcFrame.Write(whole[FrameAt..], control, isResponse);
        _envelope.EncloseDatagram(whole);
        _books.Data.BookOffered(1, whole.Length);
        return whole.Length;
    }
}
