using System.Text;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Ike.V2.Authentication;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.Crashes;
using IpsecDp.Ike.V2.Mobility;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Handshakes;

/// <summary>Answers IKE_AUTH: finds whose connection it is, has it proved, proves this end, grants the child.</summary>
internal sealed class AuthResponder(IkeSaV2 sa, Handshake handshake, ValueList<ConnectionModel> connections)
{
    // Each try of a certificate costs a path; a peer that fits more connections than this has to name itself better.
    private const int MostTries = 4;

    /// <summary>Answers, and returns the state that follows.</summary>
    public IkeState Answer(IkeMessage request, in IkeTurn turn)
    {
        var id = IkeId.Of(request.FindIdentification(true)!);
        var reason = $"the peer is {id}, whom no connection for these addresses means";
        ConnectionModel? failed = null;
        foreach (var connection in Candidates(request, id).Take(MostTries))
        {
            if (FaultOf(connection, request, id, turn, out var mixed) is { } fault)
            {
                mixed?.Dispose();
                (reason, failed) = (fault, connection);
                continue;
            }

            if (!Proofs.TryChoose(connection, sa.Protection!.Suite.Prf, handshake.Support.Hashes, [.. request.All<CertificateRequestPayload>()], out var authenticator, out var certificates, out var own))
            {
                mixed?.Dispose();
                (reason, failed) = (own, connection);
                continue;
            }

            if (HasTooMany(connection, request, id))
            {
                mixed?.Dispose();
                IkeHost.Refuse(sa.Path, new(IkeFault.TooManyOfPeer, Detail: sa.Host.Model.Limits.SessionsOfOnePeer), turn);
                (reason, failed) = ($"the peer {id} has {sa.Host.Model.Limits.SessionsOfOnePeer} sessions already, which is as many as one peer may have", connection);
                break;
            }

            return Accept(connection, request, id, mixed, authenticator, certificates, turn);
        }

        turn.Outbox.Raise(new IkeEvent.NegotiationFailed(failed?.Name ?? string.Empty, sa.Path, ExchangeType.IkeAuth, reason));
        sa.Respond(request.Header, [NotifyMap.Of(new(IkeFault.AuthenticationFailed))!], turn);
        return Closed.Until(turn.Now + Closed.Lingering);
    }

    // What a peer that begins anew had goes when this stands, so that it always gets in.
    private bool HasTooMany(ConnectionModel connection, IkeMessage request, IkeId id) =>
        request.FindNotify(NotifyType.InitialContact) is null && sa.Host.Index.Peers.CountOf(connection.Name, id) >= sa.Host.Model.Limits.SessionsOfOnePeer;

    private IEnumerable<ConnectionModel> Candidates(IkeMessage request, IkeId id)
    {
        var proof = request.Find<AuthenticationPayload>()!;
        var asked = new SaPayload([handshake.Agreement.Proposal]);
        var wanted = request.FindIdentification(false) is { } shown ? IkeId.Of(shown) : null;
        return connections
            .Where(connection => (connection.TakesChildless || request.Find<SaPayload>() is not null) && connection.RemoteId.Matches(id) && PeerProof.Fits(connection, proof)
                && ProposalMatcher.TryChoose(connection.Offers, asked, new MatchRules(0), out _, out _))
            .OrderBy(connection => wanted is null || connection.LocalId.IsSameAs(wanted) ? 0 : 1);
    }

    // RFC 8784 §3: with PPK_IDENTITY of a key of ours AUTH is under the mixed keys; else NO_PPK_AUTH, where policy lets it.
    private string? FaultOf(ConnectionModel connection, IkeMessage request, IkeId id, in IkeTurn turn, out IkeProtection? mixed)
    {
        mixed = null;
        var named = request.FindNotify(NotifyType.PpkIdentity) is { } notify && PpkIdentity.TryRead(notify, out var read) ? read : null;
        var isOurs = named is not null && connection.Ppk is { } ppk && named.Identity.Span.SequenceEqual(Encoding.UTF8.GetBytes(ppk.Name));
        if (!isOurs && connection.Ppk is { IsRequired: true })
        {
            return "the policy wants a post-quantum preshared key and the peer does not use it";
        }

        var proof = request;
        if (isOurs)
        {
            mixed = sa.Protection!.MixedWith(connection.Ppk!.Key);
        }
        else if (named is not null)
        {
            if (request.FindNotify(NotifyType.NoPpkAuth) is not { } without)
            {
                return "the peer uses a post-quantum preshared key that is not known here";
            }

            proof = WithProof(request, without.Data);
        }

        var protection = mixed ?? sa.Protection!;
        return PeerProof.FaultOf(connection, protection.Suite.Prf, proof, id, AuthOctets.OfInitiator(handshake, protection, id, request.Header.MessageId), turn.Now);
    }

    private static IkeMessage WithProof(IkeMessage request, Octets proof) =>
        new(request.Header, [.. request.Payloads.Select(payload => payload is AuthenticationPayload old ? old with { Proof = proof } : payload)]);

    private Established Accept(ConnectionModel connection, IkeMessage request, IkeId id, IkeProtection? mixed, IAuthenticator authenticator, IReadOnlyList<CertificatePayload> certificates, in IkeTurn turn)
    {
        var session = new PeerSession(sa.Host, connection.At(sa.Path.Remote), isInitiator: false) { RemoteId = id, Nat = handshake.Nat };
        sa.Session = session;
        sa.Host.Index.Add(session);
        if (mixed is not null)
        {
            sa.Protect(mixed);
        }

        session.HasMobike = connection.TakesMobike && request.FindNotify(NotifyType.MobikeSupported) is not null;
        PeerAddresses.Keep(session, sa.Path, request);
        var payloads = new List<IkePayload> { new IdentificationPayload(false, connection.LocalId.Type, connection.LocalId.Value) };
        payloads.AddRange(certificates);
        payloads.Add(authenticator.Prove(AuthOctets.OfResponder(handshake, sa.Protection!, connection.LocalId, request.Header.MessageId)));
        payloads.AddRange(Notifies(connection, session, sa.Path, mixed is not null));
        payloads.AddRange(CrashTokens.Of(sa.Host, sa.Spis));
        CrashTokens.Keep(session, sa, request);
        sa.Room = InitPayloads.RoomOf(connection, handshake.Support, sa.Path);
        session.Establish(sa, turn);
        var child = Grant(session, request, payloads, turn);
        sa.Respond(request.Header, [.. payloads], turn);
        Uniqueness.Apply(session, sa, request.FindNotify(NotifyType.InitialContact) is not null, turn);
        if (child is not null)
        {
            Handover.Begin(session, child, peerHasIt: false, turn);
        }

        return new Established(session, sa, turn);
    }

    private static IEnumerable<NotifyPayload> Notifies(ConnectionModel connection, PeerSession session, IkePath path, bool isMixed)
    {
        if (isMixed)
        {
            yield return new(NotifyType.PpkIdentity);
        }

        if (session.HasMobike)
        {
            yield return new(NotifyType.MobikeSupported);
            foreach (var address in PeerAddresses.Of(session, path))
            {
                yield return address;
            }
        }

        if (connection.Reauthenticates && connection.Lifetime.Rekey > TimeSpan.Zero)
        {
            yield return Notice.AuthLifetime((uint)Math.Min(connection.Lifetime.Rekey.TotalSeconds, uint.MaxValue));
        }
    }

    private LiveChild? Grant(PeerSession session, IkeMessage request, List<IkePayload> payloads, in IkeTurn turn)
    {
        // RFC 6023: an IKE SA without a child, where policy lets it.
        if (request.Find<SaPayload>() is null)
        {
            return null;
        }

        // RFC 7296 §1.2: a child that is refused leaves the IKE SA standing.
        if (!ChildAnswer.TryGrant(session, sa, request, session.Connection.Children, handshake.Nonces, turn, out var grant, out var refusal))
        {
            turn.Outbox.Raise(new IkeEvent.NegotiationFailed(session.Connection.Name, sa.Path, ExchangeType.IkeAuth, $"the child was refused: {string.Join(", ", refusal.OfType<NotifyPayload>().Select(notify => NotifyTypes.Name(notify.Notify)))}"));
            payloads.AddRange(refusal);
            return null;
        }

        using (grant)
        {
            var child = grant.Make(sa, former: null, [], turn);
            session.Install(child, turn);
            payloads.AddRange(grant.Payloads);
            return child;
        }
    }
}
