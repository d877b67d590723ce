using IpsecDp.Ike.V2.Exchanges;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Mobility;

/// <summary>An address of this host is gone: what stood on it moves to another (RFC 4555 §3.5, §3.6).</summary>
internal static class AddressLoss
{
    /// <summary>Moves every session of a host; one that has nowhere to go stays and is given up in its time.</summary>
    public static void Apply(IkeHost host, IpAddress gone, in IkeTurn turn)
    {
        host.GoneAddresses.Add(gone);
        foreach (var session in host.Index.Sessions)
        {
            if (session is { IsEnded: false, HasMobike: true, Current: { } sa } && sa.Path.Local == gone)
            {
                Leave(session, sa, gone, turn);
            }
        }
    }

    /// <summary>The address is there again: peers that may need it are told.</summary>
    public static void Undo(IkeHost host, IpAddress back, in IkeTurn turn)
    {
        host.GoneAddresses.Remove(back);
        foreach (var session in host.Index.Sessions)
        {
            if (session is { IsEnded: false, HasMobike: true, Current: { } sa } && sa.Path.Local != back && OtherPaths.Own(session, sa.Path).Contains(back))
            {
                session.Enqueue(new TellAddresses());
                host.Settle(sa, turn);
            }
        }
    }

    private static void Leave(PeerSession session, IkeSaV2 sa, IpAddress gone, in IkeTurn turn)
    {
        if (session.IsInitiator && OtherPaths.Without(session, sa.Path, gone) is { } other)
        {
            session.Enqueue(new MoveAddresses(other));
        }
        else if (!session.IsInitiator && OwnBeside(session, sa.Path, gone) is { } own)
        {
            // The peer moves; it is told from where this end is now.
            session.Move(sa, sa.Path with { Local = own }, turn);
            session.Enqueue(new TellAddresses());
        }
        else
        {
            turn.Outbox.Raise(new IkeEvent.Noted(session.Connection.Name, $"{gone} is gone, and the policy has no other address of this host to go on from (RFC 4555)"));
        }

        session.Host.Settle(sa, turn);
    }

    private static IpAddress? OwnBeside(PeerSession session, IkePath path, IpAddress gone)
    {
        foreach (var own in OtherPaths.Own(session, path))
        {
            if (own != gone && session.Connection.Fits(own, path.Remote) && own.Version == path.Remote.Version)
            {
                return own;
            }
        }

        return null;
    }
}
