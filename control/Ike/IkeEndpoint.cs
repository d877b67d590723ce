using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.V2;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.Crashes;
using IpsecDp.Ike.V2.Handshakes;

namespace IpsecDp.Ike;

/// <summary>IKEv2 as a function of (datagram | time | command) to (datagrams, events, next wake-up): no socket, clock, dice or thread. One thread at a time.</summary>
public sealed class IkeEndpoint : IDisposable
{
    private const byte Version = 2;

    private readonly IkeHost _host;
    private readonly InitResponder _responder;
    private readonly CommandRunner _commands;
    private bool _hasBegun;

    /// <summary>An endpoint; automatic children of the model start at the first <see cref="Wake"/>.</summary>
    public IkeEndpoint(IkeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _host = new(model);
        _responder = new(_host);
        _commands = new(_host);
    }

    /// <summary>When <see cref="Wake"/> is to be called at the latest; null for never.</summary>
    public DateTimeOffset? WakeAt => !_hasBegun && _commands.HasAutomatic
        ? DateTimeOffset.MinValue
        : ChildTable.Earlier(ChildTable.Earlier(_host.Timers.WakeAt, _host.Starts.WakeAt), _host.Lookups.WakeAt);

    /// <summary>IKE SAs, those included that begin or linger.</summary>
    public int Count => _host.Index.Count;

    /// <summary>IKE SAs whose peer has not proved itself and began them.</summary>
    public int HalfOpen => _host.HalfOpen.Total;

    /// <summary>Whether a request of ours waits for its answer.</summary>
    public bool AwaitsAnswers => _host.Index.All.Any(sa => sa.Window.Pending is not null);

    /// <summary>The children that stand, in no order.</summary>
    public IReadOnlyList<ChildSa> Children => [.. _host.Index.Sessions.SelectMany(session => session.Children).Select(child => child.Child)];

    /// <summary>The IKE SAs requests are sent in, in no order.</summary>
    public IReadOnlyList<Keys.IkeSpis> Established => [.. _host.Index.Sessions.Where(session => session.IsEstablished).Select(session => session.Current!.Spis)];

    internal IkeHost Host => _host;

    /// <summary>Takes a datagram, without the non-ESP marker; it is opened in place and holds no plaintext afterwards. Whatever it is, nothing throws.</summary>
    public void Receive(in IkePath path, Span<byte> datagram, in IkeTurn turn)
    {
        if (!IkeHeader.TryRead(datagram, out var header, out var failure))
        {
            // RFC 7296 §1.5: only a notification of an unknown SPI may come without one of its own.
            if (failure.Fault == IkeFault.NoInitiatorSpi && SpiNotice.Is(header))
            {
                TakeNotice(path, datagram, header, turn);
            }
            else
            {
                RefuseHeader(path, header, failure, turn);
            }
        }
        else if (header.MajorVersion != Version)
        {
            RefuseHeader(path, header, new(IkeFault.OtherVersion, Detail: header.MajorVersion), turn);
        }
        else if (header is { Exchange: ExchangeType.IkeSaInit, IsResponse: false })
        {
            Begin(path, datagram, header, turn);
        }
        else
        {
            Route(path, datagram, header, turn);
        }

        _host.TellKeys(turn);
    }

    /// <summary>Does all that is due.</summary>
    public void Wake(in IkeTurn turn)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            _commands.StartAutomatic(turn);
        }

        foreach (var (connection, child) in _host.Starts.TakeDue(turn.Now))
        {
            Execute(new IkeCommand.Initiate(connection, child), turn);
        }

        _host.Lookups.Expire(turn);
        while (_host.Timers.TryTake(turn.Now, out var sa))
        {
            try
            {
                sa!.Wake(turn);
                _host.Settle(sa, turn);
            }
            catch (Exception fault)
            {
                BrokenSa.Drop(sa!, fault, turn);
            }
        }

        _host.TellKeys(turn);
    }

    /// <summary>Does what control asks; what comes of it comes as events.</summary>
    public void Execute(IkeCommand command, in IkeTurn turn)
    {
        ArgumentNullException.ThrowIfNull(command);
        try
        {
            _commands.Run(command, turn);
        }
        catch (Exception fault)
        {
            turn.Outbox.Raise(new IkeEvent.Faulted(string.Empty, default, fault));
        }

        _hasBegun |= command is IkeCommand.Reload;
        _host.TellKeys(turn);
    }

    /// <summary>Zeroes every key; peers are not told.</summary>
    public void Dispose() => _host.Dispose();

    private void Route(in IkePath path, Span<byte> datagram, in IkeHeader header, in IkeTurn turn)
    {
        var own = header.IsFromInitiator ? header.ResponderSpi : header.InitiatorSpi;
        var isInitAnswer = header.Exchange == ExchangeType.IkeSaInit;
        if (own == 0 || _host.Index.Find(own) is not { } sa || !(isInitAnswer || (sa.Spis.Initiator == header.InitiatorSpi && sa.Spis.Responder == header.ResponderSpi)))
        {
            if (SpiNotice.Is(header))
            {
                TakeNotice(path, datagram, header, turn);
                return;
            }

            IkeHost.Refuse(path, new(IkeFault.UnknownSa), turn);
            ReplyOutside(path, header, [new NotifyPayload(NotifyType.InvalidIkeSpi), .. CrashTokens.OfLost(_host, header)], turn);
            return;
        }

        sa.IsProven = false;
        try
        {
            if (isInitAnswer)
            {
                sa.ReceiveInit(path, datagram, header, turn);
            }
            else if (header is { IsResponse: true, NextPayload: PayloadType.Notify })
            {
                CrashNotice.Take(sa, path, datagram, turn);
            }
            else
            {
                sa.Receive(path, datagram, header, turn);
            }

            if (isInitAnswer || sa.IsProven)
            {
                _host.Settle(sa, turn);
            }
        }
        catch (Exception fault)
        {
            BrokenSa.TakeAfter(sa, path, fault, turn);
        }
    }

    private void TakeNotice(in IkePath path, ReadOnlySpan<byte> datagram, in IkeHeader header, in IkeTurn turn)
    {
        try
        {
            SpiNotice.Take(_host, path, header, datagram, turn);
        }
        catch (Exception fault)
        {
            IkeHost.Refuse(path, new(IkeFault.ErrorHere), turn, fault);
        }
    }

    private void Begin(in IkePath path, ReadOnlySpan<byte> datagram, in IkeHeader header, in IkeTurn turn)
    {
        try
        {
            _responder.Receive(path, datagram, header, turn);
        }
        catch (Exception fault)
        {
            IkeHost.Refuse(path, new(IkeFault.ErrorHere), turn, fault);
        }
    }

    private void RefuseHeader(in IkePath path, in IkeHeader header, in IkeFailure failure, in IkeTurn turn)
    {
        IkeHost.Refuse(path, failure, turn);
        if (failure.Fault == IkeFault.UnsupportedVersion && header.MajorVersion > Version)
        {
            // RFC 7296 §2.5: the highest version spoken here.
            ReplyOutside(path, header, [Notice.InvalidMajorVersion(Version)], turn);
        }
    }

    // RFC 7296 §2.21.4 and §1.5: requests only, with their SPIs and number, not too many, and believed by nobody.
    private void ReplyOutside(in IkePath path, in IkeHeader request, ValueList<IkePayload> notifies, in IkeTurn turn)
    {
        if (request.IsResponse || request.InitiatorSpi == 0 || !_host.Replies.TryTake(_host.Model.Limits.ErrorReplies, turn.Now))
        {
            return;
        }

        var header = new IkeHeader
        {
            InitiatorSpi = request.InitiatorSpi,
            ResponderSpi = request.ResponderSpi,
            Exchange = request.Exchange,
            MessageId = request.MessageId,
            IsFromInitiator = !request.IsFromInitiator,
            IsResponse = true,
        };
        turn.Outbox.Send(new(path, new IkeMessage(header, notifies).ToArray()));
    }
}
