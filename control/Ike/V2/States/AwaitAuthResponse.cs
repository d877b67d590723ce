using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.Ike.V2.Authentication;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.Crashes;
using IpsecDp.Ike.V2.Exchanges;
using IpsecDp.Ike.V2.Handshakes;
using IpsecDp.Ike.V2.Mobility;
using IpsecDp.Ike.V2.Redirections;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.V2.States;

/// <summary>This end proved itself and asked for a child; the peer has to prove itself before anything of its answer counts.</summary>
internal sealed class AwaitAuthResponse : IkeState
{
    private readonly PeerSession _session;
    private readonly Handshake _handshake;
    private readonly ChildOffer? _child;
    private readonly FlowKey? _packet;
    private IkeProtection? _mixed;

    private AwaitAuthResponse(PeerSession session, Handshake handshake, ChildOffer? child, FlowKey? packet, IkeProtection? mixed) =>
        (_session, _handshake, _child, _packet, _mixed) = (session, handshake, child, packet, mixed);

    /// <inheritdoc/>
    public override bool IsHalfOpen => true;

    /// <summary>Sends IKE_AUTH { IDi, [CERT,] [CERTREQ,] [IDr,] AUTH, SAi2, TSi, TSr }.</summary>
    public static IkeState Begin(PeerSession session, IkeSaV2 sa, Handshake handshake, in IkeTurn turn)
    {
        var connection = session.Connection;
        var suite = sa.Protection!.Suite;
        if (!Proofs.TryChoose(connection, suite.Prf, handshake.Support.Hashes, handshake.Requests, out var authenticator, out var certificates, out var reason))
        {
            return Refuse(session, sa, reason, turn);
        }

        if (connection.Ppk is { IsRequired: true } && !handshake.Support.Ppk)
        {
            return Refuse(session, sa, "the policy wants a post-quantum preshared key and the peer does not speak of any", turn);
        }

        var mixed = connection.Ppk is { } ppk && handshake.Support.Ppk ? sa.Protection.MixedWith(ppk.Key) : null;
        var payloads = new List<IkePayload> { new IdentificationPayload(true, connection.LocalId.Type, connection.LocalId.Value) };
        payloads.AddRange(certificates);
        if (session.IsFirstContact)
        {
            payloads.Add(new NotifyPayload(NotifyType.InitialContact));
        }

        if (InitPayloads.CertificateRequest([connection]) is { } request)
        {
            payloads.Add(request);
        }

        if (connection.RemoteId is IdPattern.Exactly wanted)
        {
            payloads.Add(new IdentificationPayload(false, wanted.Id.Type, wanted.Id.Value));
        }

        payloads.Add(authenticator.Prove(AuthOctets.OfInitiator(handshake, mixed ?? sa.Protection, connection.LocalId, sa.Window.NextId)));
        var packet = session.Wanted.Count > 0 ? session.Wanted[0].Packet : null;
        var child = FirstChild(session, turn);
        if (child is null && !(handshake.Support.Childless && connection.TakesChildless))
        {
            mixed?.Dispose();
            return Refuse(session, sa, "there is no child to ask for, and an IKE SA without one is not taken by both ends (RFC 6023)", turn);
        }

        return new AwaitAuthResponse(session, handshake, child, packet, mixed).Ask(sa, payloads, authenticator, turn);
    }

    /// <inheritdoc/>
    public override IkeState OnRequest(IkeSaV2 sa, Authenticated<IkeMessage> request, in IkeTurn turn) => this;

    /// <inheritdoc/>
    public override IkeState OnResponse(IkeSaV2 sa, PendingRequest answered, Authenticated<IkeMessage> response, in IkeTurn turn)
    {
        var message = response.Value;
        if (message.Find<AuthenticationPayload>() is null || message.FindIdentification(false) is not { } shown)
        {
            var error = message.FindError()?.Notify;
            return Fail(sa, error is null ? "the peer did not prove itself" : $"the peer answered {NotifyTypes.Name(error.Value)}", turn);
        }

        var connection = _session.Connection;
        if (_mixed is not null && message.FindNotify(NotifyType.PpkIdentity) is null && connection.Ppk!.IsRequired)
        {
            return Accuse(sa, "the peer did not use the post-quantum preshared key", turn);
        }

        // RFC 8784 §3: the peer says by PPK_IDENTITY that it mixed the key in.
        if (_mixed is not null && message.FindNotify(NotifyType.PpkIdentity) is not null)
        {
            sa.Protect(_mixed);
        }
        else
        {
            _mixed?.Dispose();
        }

        _mixed = null;

        var id = IkeId.Of(shown);
        var octets = AuthOctets.OfResponder(_handshake, sa.Protection!, id, answered.MessageId);
        var fault = connection.RemoteId.Matches(id)
            ? PeerProof.FaultOf(connection, sa.Protection!.Suite.Prf, message, id, octets, turn.Now)
            : $"the peer is {id}, whom the policy does not mean";
        if (fault is not null)
        {
            return Accuse(sa, fault, turn);
        }

        if (message.FindNotify(NotifyType.Redirect) is { } redirect && Redirection.TryRead(redirect, out var to))
        {
            return Redirect(sa, to!, turn);
        }

        CrashTokens.Keep(_session, sa, message);
        _session.RemoteId = id;
        _session.HasMobike = connection.TakesMobike && message.FindNotify(NotifyType.MobikeSupported) is not null;
        PeerAddresses.Keep(_session, sa.Path, message);
        var established = new Established(_session, sa, turn);
        established.Limit(message.FindNotify(NotifyType.AuthLifetime)?.DoubleWord, turn);
        _session.Establish(sa, turn);
        var child = TakeChild(sa, message, turn);
        Uniqueness.Apply(_session, sa, isFirstContact: false, turn);
        if (child is not null)
        {
            Handover.Begin(_session, child, peerHasIt: true, turn);
        }

        _session.Begin(turn);
        return established;
    }

    /// <inheritdoc/>
    public override IkeState OnGivenUp(IkeSaV2 sa, PendingRequest pending, in IkeTurn turn) => Fail(sa, "nobody answered", turn);

    /// <inheritdoc/>
    public override void Abandon(IkeSaV2 sa, in IkeTurn turn)
    {
        _child?.Dispose();
        _mixed?.Dispose();
    }

    private AwaitAuthResponse Ask(IkeSaV2 sa, List<IkePayload> payloads, IAuthenticator authenticator, in IkeTurn turn)
    {
        try
        {
            payloads.AddRange(_child?.ToPayloads() ?? []);
            payloads.AddRange(PpkNotifies(_session.Connection, _handshake, sa, _mixed, authenticator));
            if (_session.Connection.TakesMobike)
            {
                payloads.Add(new NotifyPayload(NotifyType.MobikeSupported));
                payloads.AddRange(PeerAddresses.Of(_session, sa.Path));
            }

            payloads.AddRange(CrashTokens.Of(_session.Host, sa.Spis));
            sa.Request(ExchangeType.IkeAuth, [.. payloads], turn);
            return this;
        }
        catch
        {
            Abandon(sa, turn);
            throw;
        }
    }

    // The first child that is wanted goes with IKE_AUTH; without any, a peer that can do without one is asked for none (RFC 6023).
    private static ChildOffer? FirstChild(PeerSession session, in IkeTurn turn)
    {
        while (session.Wanted.Count > 0)
        {
            var (model, packet) = session.Wanted[0];
            session.Wanted.RemoveAt(0);
            if (ChildOffer.TryMake(session, model, packet, former: null, isInAuth: true, method: null, turn, out var offer))
            {
                return offer;
            }

            turn.Outbox.Raise(new IkeEvent.Noted(session.Connection.Name, $"child {model.Name}: the policy has nothing to offer"));
        }

        return null;
    }

    // RFC 8784 §3: a PPK that need not be used goes with a second proof for a peer that has not the key.
    private static IEnumerable<IkePayload> PpkNotifies(Models.ConnectionModel connection, Handshake handshake, IkeSaV2 sa, IkeProtection? mixed, IAuthenticator authenticator)
    {
        if (mixed is null || connection.Ppk is not { } ppk)
        {
            yield break;
        }

        yield return new PpkIdentity(PpkIdentity.Fixed, new(System.Text.Encoding.UTF8.GetBytes(ppk.Name))).ToPayload();
        if (!ppk.IsRequired)
        {
            var proof = authenticator.Prove(AuthOctets.OfInitiator(handshake, sa.Protection!, connection.LocalId, sa.Window.NextId));
            yield return new NotifyPayload(NotifyType.NoPpkAuth, proof.Proof);
        }
    }

    private LiveChild? TakeChild(IkeSaV2 sa, IkeMessage message, in IkeTurn turn)
    {
        if (_child is null)
        {
            return null;
        }

        using (_child)
        {
            // RFC 7296 §1.2: a child that failed leaves the IKE SA standing.
            if (message.FindError() is { } error)
            {
                OnChildError(sa, error.Notify, turn);
            }
            else if (_child.TryAccept(message, _handshake.Nonces, out var failure))
            {
                var child = _child.Make(sa, former: null, [], turn);
                _session.Install(child, turn);
                return child;
            }
            else
            {
                ChildFailures.Raise(_session, sa, $"child {_child.Model.Name}: {failure}", turn);
                _session.Enqueue(new DisownChild(_child.Protocol, _child.InboundSpi));
            }
        }

        return null;
    }

    private void OnChildError(IkeSaV2 sa, NotifyType error, in IkeTurn turn)
    {
        ChildFailures.Raise(_session, sa, $"child {_child!.Model.Name}: the peer answered {NotifyTypes.Name(error)}", turn);
        if (error == NotifyType.TemporaryFailure)
        {
            _session.Enqueue(new CreateChild(_child.Model, _packet));
        }
    }

    // RFC 5685 §6: a peer that proved itself has another serve this host, and the IKE SA with it ends.
    private Closing Redirect(IkeSaV2 sa, Redirection to, in IkeTurn turn)
    {
        var gateway = default(IpAddress);
        string reason;
        if (to.Name is null && !RedirectRules.TryFollow(_session, sa.Path, to, turn, out gateway, out reason))
        {
            RedirectRules.Refuse(_session, reason, turn);
            Report(sa, "the peer serves this host at another gateway only", turn);
            return Closing.Begin(sa, turn);
        }

        var next = new PeerSession(_session.Host, _session.Connection, isInitiator: true) { RedirectedFrom = sa.Path.Remote, Replaces = _session.Replaces };
        if (_child is not null)
        {
            next.Want(_child.Model, _packet);
        }

        next.TakeOver(_session);
        Abandon(sa, turn);
        _session.Yield();
        if (to.Name is not { } name)
        {
            AuthRedirect.Begin(next, sa.Path, gateway, turn);
            return Closing.Begin(sa, turn);
        }

        var waits = new AuthRedirect(next, sa.Path, name);
        if (!RedirectRules.TryLookUp(waits, to, turn, out reason))
        {
            waits.Refuse(reason, turn);
        }

        return Closing.Begin(sa, turn);
    }

    // RFC 7296 §2.21.2: the peer holds an IKE SA by then and is told, under protection, that it is not wanted.
    private Closing Accuse(IkeSaV2 sa, string reason, in IkeTurn turn)
    {
        Report(sa, reason, turn);
        return Closing.Accuse(sa, turn);
    }

    private Closed Fail(IkeSaV2 sa, string reason, in IkeTurn turn)
    {
        Report(sa, reason, turn);
        return Closed.Instance;
    }

    private void Report(IkeSaV2 sa, string reason, in IkeTurn turn)
    {
        Abandon(sa, turn);
        turn.Outbox.Raise(new IkeEvent.NegotiationFailed(_session.Connection.Name, sa.Path, ExchangeType.IkeAuth, reason));
        _session.Fail(turn);
    }

    private static Closed Refuse(PeerSession session, IkeSaV2 sa, string reason, in IkeTurn turn)
    {
        turn.Outbox.Raise(new IkeEvent.NegotiationFailed(session.Connection.Name, sa.Path, ExchangeType.IkeAuth, reason));
        session.Fail(turn);
        return Closed.Instance;
    }
}
