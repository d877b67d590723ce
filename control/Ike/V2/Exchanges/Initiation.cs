using IpsecDp.Ike.Keys;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>The beginning of an IKE SA from here.</summary>
internal static class Initiation
{
    /// <summary>Sends the first request of a session.</summary>
    public static void Begin(PeerSession session, in IkePath path, in IkeTurn turn)
    {
        var host = session.Host;
        if (SuiteChoice.PreferredMethod(SuiteChoice.Usable(session.Connection.Offers)) is null)
        {
            turn.Outbox.Raise(new IkeEvent.NegotiationFailed(session.Connection.Name, path, Messages.Header.ExchangeType.IkeSaInit, "no offer has a key exchange this platform has"));
            return;
        }

        var sa = new IkeSaV2(host, session, isInitiator: true, new IkeSpis(host.NewIkeSpi(turn), 0), path, turn);
        session.Current = sa;
        host.Index.Add(session);
        host.Index.Add(sa);
        sa.Enter(AwaitInitResponse.Begin(session, sa, turn), turn);
        host.Timers.Schedule(sa);
    }
}
