using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Fragments;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.Exchanges;
using IpsecDp.Ike.V2.Mobility;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2;

/// <summary>One IKE SA: its SPIs, keys, window and path, and the state that says what it waits for.</summary>
/// <remarks>Cheap before dear: role, number and exchange are looked at before any key is used, and only what is opened reaches a state.</remarks>
internal sealed class IkeSaV2(IkeHost host, PeerSession? session, bool isInitiator, IkeSpis spis, IkePath path, in IkeTurn turn) : IDisposable
{
    private SealedInbox? _inbox;
    private IkeProtection? _former;

    /// <summary>What all IKE SAs share.</summary>
    public IkeHost Host { get; } = host;

    /// <summary>The session with the peer; null while nobody knows whose it will be.</summary>
    public PeerSession? Session { get; set; } = session;

    /// <summary>Whether this end began the IKE SA.</summary>
    public bool IsInitiator { get; } = isInitiator;

    /// <summary>Both SPIs.</summary>
    public IkeSpis Spis { get; set; } = spis;

    /// <summary>The SPI we chose.</summary>
    public ulong OwnSpi => IsInitiator ? Spis.Initiator : Spis.Responder;

    /// <summary>The path of requests.</summary>
    public IkePath Path { get; set; } = path;

    /// <summary>The path the request that is being answered came on.</summary>
    public IkePath ReplyPath { get; private set; } = path;

    /// <summary>Keys and ciphers; null before the first exchange ended.</summary>
    public IkeProtection? Protection { get; private set; }

    /// <summary>Numbers, repetition and answers.</summary>
    public MessageWindow Window { get; } = new(host.Model.Retransmission);

    /// <summary>What is waited for.</summary>
    public IkeState State { get; private set; } = Closed.Instance;

    /// <summary>Octets of the largest datagram the path takes; without RFC 7383 that of UDP.</summary>
    public int Room { get; set; } = PayloadLimits.Message;

    /// <summary>When it began.</summary>
    public DateTimeOffset Created { get; } = turn.Now;

    /// <summary>When the peer was last heard, by something only it can have sent.</summary>
    public DateTimeOffset LastHeard { get; set; } = turn.Now;

    /// <summary>Whether this end told the peer that a request of it is badly formatted, which is fatal to an IKE SA that stands (RFC 7296 §2.21.3).</summary>
    public bool HasAccused { get; private set; }

    /// <summary>Whether what came in this turn was proved to be the peer's, by an ICV or its token of a crash.</summary>
    public bool IsProven { get; set; }

    /// <summary>How the peer said last that it sees this end, as NAT_DETECTION_DESTINATION_IP says it; null before.</summary>
    public byte[]? SeenAs { get; set; }

    /// <summary>A digest of the token the peer gave for it (RFC 6290); null without one.</summary>
    public byte[]? PeerToken { get; set; }

    /// <summary>The time it stands in the timer queue for.</summary>
    public DateTimeOffset? QueuedFor { get; set; }

    /// <summary>When it has something to do by itself.</summary>
    public DateTimeOffset? WakeAt => (Window.DueAt, State.WakeAt) switch
    {
        (null, var other) => other,
        (var due, null) => due,
        ({ } due, { } other) => due < other ? due : other,
    };

    /// <summary>The connection's name for events; of one not known yet the path stands for it.</summary>
    public string Name => Session?.Connection.Name ?? string.Empty;

    /// <summary>Goes over to another state.</summary>
    public void Enter(IkeState next, in IkeTurn turn)
    {
        if (ReferenceEquals(next, State))
        {
            return;
        }

        State = next;
        if (next is Closed && Window.Pending is not null)
        {
            Window.Withdraw();
        }

        if (next is Closed { IsGone: true })
        {
            Host.Index.Remove(this);
            Dispose();
        }
        else if (next is Established established)
        {
            established.Advance(this, turn);
        }
    }

    /// <summary>Takes other keys; the former ones are zeroed, or kept until the peer used the others, because what was answered under them may be asked again.</summary>
    public void Protect(IkeProtection protection, bool keepsFormer = false)
    {
        _former?.Dispose();
        _former = keepsFormer ? Protection : null;
        if (!keepsFormer)
        {
            Protection?.Dispose();
        }

        Protection = protection;
        Host.Reveal(Spis, protection);
    }

    /// <summary>Zeroes keys that came of an answer that did not count.</summary>
    public void Unprotect()
    {
        Protection?.Dispose();
        Protection = null;
    }

    /// <summary>Takes the answer of the first exchange.</summary>
    public void ReceiveInit(in IkePath path, ReadOnlySpan<byte> datagram, in IkeHeader header, in IkeTurn turn)
    {
        if (header.IsFromInitiator || !header.IsResponse || !IsInitiator || !Window.IsAwaited(header))
        {
            IkeHost.Refuse(path, new(IkeFault.UnexpectedMessage), turn);
        }
        else if (!IkeMessage.TryRead(datagram, out var message, out var failure) || !MandatoryPayloads.TryCheck(message, out failure))
        {
            IkeHost.Refuse(path, failure, turn);
        }
        else
        {
            Enter(AnswerOf(message, datagram, turn), turn);
        }
    }

    /// <summary>Takes a datagram that has to be sealed; it is opened in place.</summary>
    public void Receive(in IkePath path, Span<byte> datagram, in IkeHeader header, in IkeTurn turn)
    {
        if (Judge(header) is var fault && fault != IkeFault.None)
        {
            IkeHost.Refuse(path, new(fault), turn);
            return;
        }

        if (!EncryptedFrame.TryFind(header, datagram, out var frame, out var failure))
        {
            IkeHost.Refuse(path, failure, turn);
            return;
        }

        if (!header.IsResponse && Window.PlaceOf(header.MessageId) == RequestPlace.Answered)
        {
            Repeat(path, datagram, header, frame, turn);
            return;
        }

        if (!Inbox.Wants(header, frame))
        {
            return;
        }

        if (Inbox.TryOpen(datagram, header, frame, out var message, out failure))
        {
            Take(path, message!, turn);
        }
        else if (failure.Fault != IkeFault.None)
        {
            RefuseInside(path, header, failure, turn);
        }
    }

    /// <summary>Seals and sends a request.</summary>
    public void Request(ExchangeType exchange, ValueList<IkePayload> payloads, in IkeTurn turn) =>
        Window.Send(exchange, Seal(HeaderOf(exchange, Window.NextId, isResponse: false), payloads), Path, turn);

    /// <summary>Seals and sends the answer of a request, to where it came from.</summary>
    public void Respond(in IkeHeader request, ValueList<IkePayload> payloads, in IkeTurn turn)
    {
        HasAccused |= payloads is [NotifyPayload { Notify: NotifyType.InvalidSyntax }];
        Window.Answer(Seal(HeaderOf(request.Exchange, request.MessageId, isResponse: true), payloads), ReplyPath, turn);
    }

    /// <summary>A header of this IKE SA.</summary>
    public IkeHeader HeaderOf(ExchangeType exchange, uint messageId, bool isResponse) => new()
    {
        InitiatorSpi = Spis.Initiator,
        ResponderSpi = Spis.Responder,
        Exchange = exchange,
        MessageId = messageId,
        IsFromInitiator = IsInitiator,
        IsResponse = isResponse,
    };

    /// <summary>Does what is due: repetition first, then what the state has to do.</summary>
    public void Wake(in IkeTurn turn)
    {
        var on = Window.Pending is { } pending ? OtherPaths.Next(this, pending.Sends) : Path;
        switch (Window.Wake(on, turn))
        {
            case WindowWake.SentAgain:
                var again = Window.Pending!;
                turn.Outbox.Raise(new IkeEvent.Retransmitted(Name, on, again.Exchange, again.MessageId, again.Sends));
                break;
            case WindowWake.GivenUp:
                var lost = Window.Complete();
                turn.Outbox.Raise(new IkeEvent.GivenUp(Name, Path, lost.Exchange, lost.Sends, turn.Now - lost.SentAt));
                Enter(State.OnGivenUp(this, lost, turn), turn);
                break;
        }

        if (State.WakeAt <= turn.Now)
        {
            Enter(State.Wake(this, turn), turn);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _former?.Dispose();
        Protection?.Dispose();
    }

    // One that waits for its first exchange needs none.
    private SealedInbox Inbox => _inbox ??= new(this);

    // Nothing proves the answer of the first exchange: where this program fails over it, the right one can still come.
    private IkeState AnswerOf(IkeMessage message, ReadOnlySpan<byte> datagram, in IkeTurn turn)
    {
        var before = new Handshakes.BeforeAnswer(this);
        try
        {
            return State.OnInitResponse(this, message, datagram, turn);
        }
        catch
        {
            before.Restore(this);
            throw;
        }
    }

    private IkeFault Judge(in IkeHeader header) => header switch
    {
        _ when Protection is null => IkeFault.UnexpectedMessage,
        _ when header.IsFromInitiator == IsInitiator => IkeFault.OtherRole,
        { IsResponse: true } => Window.IsAwaited(header) ? IkeFault.None : IkeFault.MessageIdOutside,
        _ => Window.PlaceOf(header.MessageId) == RequestPlace.Outside ? IkeFault.MessageIdOutside : IkeFault.None,
    };

    // RFC 7383 §2.6.1: of a message in fragments the first asks for the answer again. The ICV tells the peer from who only saw SPIs.
    private void Repeat(in IkePath path, Span<byte> datagram, in IkeHeader header, in EncryptedFrame frame, in IkeTurn turn)
    {
        if (frame.Number != 1)
        {
            return;
        }

        if (Inbox.IsProven(datagram, frame, _former ?? Protection!))
        {
            Window.AnswerAgain(path, turn);
        }
        else
        {
            IkeHost.Refuse(path, new(IkeFault.IntegrityFailed, frame.Type), turn);
        }
    }

    private void Take(in IkePath path, Authenticated<IkeMessage> message, in IkeTurn turn)
    {
        LastHeard = turn.Now;
        _former?.Dispose();
        _former = null;
        Inbox.Settle(message.Value.Header.IsResponse);
        if (message.Value.Header.IsResponse)
        {
            var answered = Window.Complete();
            GoOver(path, answered, turn);
            Enter(State.OnResponse(this, answered, message, turn), turn);
        }
        else
        {
            ReplyPath = path;
            Follow(path, turn);
            Enter(State.OnRequest(this, message, turn), turn);
            EndAccused(turn);
        }

        (State as Established)?.Advance(this, turn);
    }

    // RFC 4555 §3.10: the path in use was silent and another is not: the peer is moved there.
    private void GoOver(in IkePath path, PendingRequest answered, in IkeTurn turn)
    {
        if (path != Path && answered.Sends > 1 && Session is { } session && session.Current == this && OtherPaths.Of(session, Path).Contains(path) && !session.HasTask<MoveAddresses>())
        {
            session.Enqueue(new MoveAddresses(path));
        }
    }

    private void EndAccused(in IkeTurn turn)
    {
        if (HasAccused && State is Established established)
        {
            Enter(established.Break(this, "a request of the peer is badly formatted", turn), turn);
        }
    }

    // RFC 7296 §2.23: a peer behind a NAT is followed by what it proved to have sent, never by a repetition.
    private void Follow(in IkePath path, in IkeTurn turn)
    {
        if (path == Path)
        {
            return;
        }

        if (Session is { IsEstablished: true } session)
        {
            session.Follow(this, path, turn);
        }
        else
        {
            Path = path;
        }
    }

    private void RefuseInside(in IkePath path, in IkeHeader header, in IkeFailure failure, in IkeTurn turn)
    {
        IkeHost.Refuse(path, failure, turn);
        if (!failure.IsAuthentic || header.IsResponse || NotifyMap.Of(failure) is not { } notify)
        {
            return;
        }

        ReplyPath = path;
        // RFC 7296 §2.21.3 and §2.21.1: the peer is told under protection; before it proved itself that ends the IKE SA.
        Respond(header, [notify], turn);
        if (State.IsHalfOpen)
        {
            State.Abandon(this, turn);
            Enter(Closed.Until(turn.Now + Closed.Lingering), turn);
        }

        EndAccused(turn);
    }

    private IReadOnlyList<byte[]> Seal(in IkeHeader header, ValueList<IkePayload> payloads)
    {
        var message = new IkeMessage(header, payloads);
        if (FragmentSplitter.TrySplit(message, Protection!.Outbound, Room, out var datagrams, out _)
            || FragmentSplitter.TrySplit(message, Protection.Outbound, PayloadLimits.Message, out datagrams, out _))
        {
            return datagrams;
        }

        throw new InvalidOperationException("the message is larger than any datagram");
    }
}
