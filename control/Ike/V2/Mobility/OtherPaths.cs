using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Mobility;

/// <summary>Paths between any addresses of both ends, which are tried when the one in use is silent (RFC 4555 §3.10).</summary>
internal static class OtherPaths
{
    // A request that was lost is repeated where it was before another path is tried.
    private const int SendsBefore = 2;

    /// <summary>The paths beside the one in use that the policy allows.</summary>
    public static IReadOnlyList<IkePath> Of(PeerSession session, in IkePath path)
    {
        if (!session.HasMobike || !session.IsInitiator || (session.Connection.OtherOwn.Count == 0 && session.PeerAddresses.Count == 0))
        {
            return [];
        }

        var paths = new List<IkePath>();
        foreach (var local in Own(session, path).Append(path.Local).Distinct())
        {
            foreach (var remote in session.PeerAddresses.Prepend(path.Remote))
            {
                var other = path with { Local = local, Remote = remote, RemotePort = remote == path.Remote ? path.RemotePort : path.LocalPort };
                if (other != path && local.Version == remote.Version && session.Connection.Fits(local, remote))
                {
                    paths.Add(other);
                }
            }
        }

        return paths;
    }

    /// <summary>This host's addresses a session may be at, as far as they are there.</summary>
    public static IEnumerable<IpAddress> Own(PeerSession session, IkePath path) =>
        session.Connection.OtherOwn.Prepend(session.Connection.Own ?? path.Local).Where(own => !session.Host.GoneAddresses.Contains(own));

    /// <summary>The path a request is sent on that was sent so often before.</summary>
    public static IkePath Next(IkeSaV2 sa, int sends)
    {
        if (sends < SendsBefore || sa.Session is not { } session || Of(session, sa.Path) is not { Count: > 0 } others)
        {
            return sa.Path;
        }

        // In turn, the one in use too: it may come back.
        var turn = (sends - SendsBefore) % (others.Count + 1);
        return turn < others.Count ? others[turn] : sa.Path;
    }

    /// <summary>The first path that does not begin at an address; null without one.</summary>
    public static IkePath? Without(PeerSession session, IkePath path, IpAddress gone) =>
        Of(session, path).Where(other => other.Local != gone).Select(other => (IkePath?)other).FirstOrDefault();
}
