using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Models;

namespace IpsecDp.Ike.V2;

/// <summary>The window of one message in each direction (RFC 7296 §2.2 and §2.3): the only place that sends again and keeps answers.</summary>
/// <remarks>A responder never sends again by itself; the requester's repetition asks for it (RFC 7296 §2.1).</remarks>
internal sealed class MessageWindow(RetransmissionModel schedule)
{
    // RFC 7296 §2.2: numbers never come round, so that a successor is asked for in time, and without one the end.
    private const uint Nearly = 0xF000_0000;
    private const uint Last = 0xFFFF_FFF0;

    private RetransmissionModel _schedule = schedule;
    private IReadOnlyList<byte[]> _answer = [];
    private uint _expected;
    private bool _isOver;

    /// <summary>Whether it is time for a successor, because either end has numbered many requests.</summary>
    public bool IsNearlyUsedUp => NextId >= Nearly || _expected >= Nearly;

    /// <summary>Whether what numbers are left are for the end of the IKE SA.</summary>
    public bool IsUsedUp => NextId >= Last || _expected >= Last || _isOver;

    /// <summary>The number of the next request from here.</summary>
    public uint NextId { get; private set; }

    /// <summary>The request that waits for its answer; null without one.</summary>
    public PendingRequest? Pending { get; private set; }

    /// <summary>When something is due; null without a request that waits.</summary>
    public DateTimeOffset? DueAt => Pending?.DueAt;

    /// <summary>Follows another schedule from the next wait on.</summary>
    public void Follow(RetransmissionModel schedule) => _schedule = schedule;

    /// <summary>Sends a request under <see cref="NextId"/>; nothing may wait.</summary>
    public void Send(ExchangeType exchange, IReadOnlyList<byte[]> datagrams, in IkePath path, in IkeTurn turn)
    {
        Pending = new(exchange, NextId, datagrams, turn.Now) { DueAt = turn.Now + _schedule.WaitAfter(1) };
        Transmit(datagrams, path, turn);
    }

    /// <summary>Whether a response answers the request that waits.</summary>
    public bool IsAwaited(in IkeHeader header) => Pending is { } pending && pending.MessageId == header.MessageId && pending.Exchange == header.Exchange;

    /// <summary>Takes the request off: it was answered.</summary>
    public PendingRequest Complete()
    {
        var answered = Pending!;
        Pending = null;
        NextId = answered.MessageId + 1;
        return answered;
    }

    /// <summary>Takes the request off without an answer; its number is used again, as when the first request is made anew (RFC 7296 §2.6).</summary>
    public void Withdraw() => Pending = null;

    /// <summary>Waits for the answer of a request again that was taken off in error.</summary>
    public void Restore(PendingRequest? pending)
    {
        Pending = pending;
        NextId = pending?.MessageId ?? NextId;
    }

    /// <summary>Where a request's number stands.</summary>
    public RequestPlace PlaceOf(uint messageId) => messageId switch
    {
        _ when messageId == _expected => _isOver ? RequestPlace.Outside : RequestPlace.Expected,
        _ when unchecked(messageId + 1) == _expected && _answer.Count > 0 => RequestPlace.Answered,
        _ => RequestPlace.Outside,
    };

    /// <summary>Sends the answer of the request expected and keeps it for its repetition.</summary>
    public void Answer(IReadOnlyList<byte[]> datagrams, in IkePath path, in IkeTurn turn)
    {
        _answer = datagrams;
        _isOver |= _expected == uint.MaxValue;
        _expected = unchecked(_expected + 1);
        Transmit(datagrams, path, turn);
    }

    /// <summary>Sends the last answer again, to where its request came from.</summary>
    public void AnswerAgain(in IkePath path, in IkeTurn turn) => Transmit(_answer, path, turn);

    /// <summary>Sends again what is due, or gives it up; once however late it is woken.</summary>
    public WindowWake Wake(in IkePath path, in IkeTurn turn)
    {
        if (Pending is not { } pending || pending.DueAt > turn.Now)
        {
            return WindowWake.Nothing;
        }

        if (_schedule.IsLast(pending.Sends))
        {
            return WindowWake.GivenUp;
        }

        pending.Sends++;
        var wait = _schedule.WaitAfter(pending.Sends);
        // The schedule runs from the due times, so that lateness does not add up; after a long sleep it starts from here.
        pending.DueAt = pending.DueAt + wait > turn.Now ? pending.DueAt + wait : turn.Now + wait;
        Transmit(pending.Datagrams, path, turn);
        return WindowWake.SentAgain;
    }

    private static void Transmit(IReadOnlyList<byte[]> datagrams, in IkePath path, in IkeTurn turn)
    {
        foreach (var datagram in datagrams)
        {
            turn.Outbox.Send(new(path, datagram));
        }
    }
}
