using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>The responder's part when a peer moves (RFC 4555 §3.5): only what came under protection, from the path it names, moves anything.</summary>
internal static class AddressUpdate
{
    /// <summary>The payloads of the answer.</summary>
    public static IEnumerable<IkePayload> Answer(PeerSession session, IkeSaV2 sa, IkeMessage request, in IkeTurn turn)
    {
        var payloads = new List<IkePayload>();
        if (request.FindNotify(NotifyType.Cookie2) is { } cookie)
        {
            // RFC 4555 §3.7: returned as it came, it proves that this end is where it says.
            payloads.Add(cookie);
        }

        if (request.FindNotify(NotifyType.UpdateSaAddresses) is null)
        {
            // RFC 4555 §3.8: the peer asks how it is seen here.
            payloads.AddRange(session.HasMobike && request.FindNotify(NotifyType.NatDetectionSourceIp) is not null ? NatDetection.Payloads(sa.Spis, sa.ReplyPath, isPretended: false) : []);
            return payloads;
        }

        if (!session.HasMobike || session.IsInitiator)
        {
            payloads.Add(new NotifyPayload(NotifyType.UnacceptableAddresses));
            return payloads;
        }

        var path = sa.ReplyPath;
        if (request.FindNotify(NotifyType.NoNatsAllowed) is { } wish && UnnattedPath.TryRead(wish, out var meant)
            && meant != new UnnattedPath(path.Remote, path.Local, path.RemotePort, path.LocalPort))
        {
            payloads.Add(new NotifyPayload(NotifyType.UnexpectedNatDetected));
            return payloads;
        }

        if (!session.Connection.Fits(path.Local, path.Remote))
        {
            payloads.Add(new NotifyPayload(NotifyType.UnacceptableAddresses));
            return payloads;
        }

        var former = session.Nat;
        if (NatDetection.Read(request, sa.Spis, path) is { IsSpoken: true } nat)
        {
            session.Nat = nat;
            payloads.AddRange(NatDetection.Payloads(sa.Spis, path, isPretended: false));
        }

        if (path != sa.Path || former != session.Nat)
        {
            session.Move(sa, path, turn);
        }

        return payloads;
    }
}
