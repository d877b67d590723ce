using IpsecDp.Workloads.Flows;
using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>The receiving half of <see cref="LinkSignalling"/>: verifies each frame against what the other side can have sent and notes what is to be answered.</summary>
internal sealed class LinkSignallingArrivals(Envelope envelope, int link, HostSide side, FlowIdentity own, FlowIdentity peer, FlowBooks books)
{
    private const int LongestTest = 29;
    private const uint TestPosition = 0;
    private const uint IdentificationPosition = 1;

    private readonly SequenceWindow _commands = new();
    private readonly SequenceWindow _echoes = new();
    private readonly PublishedNumber _identifications = new();
    private readonly PublishedNumber _closings = new();

    /// <summary>TEST commands that wait for their response.</summary>
    public EchoQueue Echoes { get; } = new(LongestTest);

    /// <summary>Whether the peer's XID has come.</summary>
    public bool IsIdentificationAsked => _identifications.Value > 0;

    /// <summary>Whether the peer's DISC has come.</summary>
    public bool IsDisconnectAsked => _closings.Value > 0;

    private HostSide Peer => side == HostSide.A ? HostSide.B : HostSide.A;

    public ArrivalVerdict Receive(in Arrival arrival, long now)
    {
        var verdict = envelope.IsIntact(arrival) && LlcFrame.TryView(arrival.Payload, out var frame) && frame.IsOwn
            ? Judge(frame, now)
            : ArrivalVerdict.Corrupted;
        return books.Data.Book(verdict, arrival.Length);
    }

    private ArrivalVerdict Judge(in LlcFrame frame, long now)
    {
        // Host A asks for identification and disconnection, host B answers.
        var isFromAsker = Peer == HostSide.A;
        return frame.Control switch
        {
            LlcControl.Test => frame.IsResponse ? JudgeEcho(frame.Information) : JudgeTest(frame.Information, now),
            LlcControl.ExchangeIdentification when frame.IsResponse != isFromAsker => JudgeIdentification(frame.Information, now),
            LlcControl.Disconnect when isFromAsker && !frame.IsResponse => JudgeClosing(frame.Information),
            LlcControl.DisconnectedMode when !isFromAsker && frame.IsResponse => JudgeClosing(frame.Information),
            _ => ArrivalVerdict.Corrupted,
        };
    }

    private ArrivalVerdict JudgeTest(ReadOnlySpan<byte> field, long now)
    {
        if (field.Length > LongestTest || !TryReadRecord(field, peer, TestPosition, out var stamp))
        {
            return ArrivalVerdict.Corrupted;
        }

        var verdict = Accept(stamp, now);
        if (verdict != ArrivalVerdict.Duplicate)
        {
            Echoes.Enqueue(field);
        }

        return verdict;
    }

    private ArrivalVerdict JudgeEcho(ReadOnlySpan<byte> field) =>
        TryReadRecord(field, own, TestPosition, out var stamp) ? _echoes.Accept(_echoes.Extend(stamp.Sequence, 32)) : ArrivalVerdict.Corrupted;

    private ArrivalVerdict JudgeIdentification(ReadOnlySpan<byte> field, long now)
    {
        if (field.Length != ExchangeIdentification.Length)
        {
            return ArrivalVerdict.Corrupted;
        }

        Span<byte> expected = stackalloc byte[ExchangeIdentification.Length];
        ExchangeIdentification.Write(expected, link, Peer);
        const int RecordAt = ExchangeIdentification.RecordAt;
        if (!field[..RecordAt].SequenceEqual(expected[..RecordAt]) || !TryReadRecord(field[RecordAt..], peer, IdentificationPosition, out var stamp))
        {
            return ArrivalVerdict.Corrupted;
        }

        _identifications.Value++;
        return Accept(stamp, now);
    }

    private ArrivalVerdict JudgeClosing(ReadOnlySpan<byte> field)
    {
        if (!field.IsEmpty)
        {
            return ArrivalVerdict.Corrupted;
        }

        _closings.Value++;
        return _closings.Value == 1 ? ArrivalVerdict.Delivered : ArrivalVerdict.Duplicate;
    }

    private ArrivalVerdict Accept(PayloadStamp stamp, long now)
    {
        var verdict = _commands.Accept(_commands.Extend(stamp.Sequence, 32));
        if (verdict != ArrivalVerdict.Duplicate)
        {
            books.Data.Latency.Record(books.Nanoseconds(now - stamp.SentAt));
        }

        return verdict;
    }

    private static bool TryReadRecord(ReadOnlySpan<byte> field, FlowIdentity sender, uint position, out PayloadStamp stamp) =>
        PayloadStamp.TryRead(field, sender, position, out stamp) && stamp.RecordLength == field.Length;
}
