using IpsecDp.Ike.Identity;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Limits;

/// <summary>Sessions with peers that proved themselves, by who they are, and those that peers began by where they are. What has one hash is a chain, since nearly every peer has one session.</summary>
internal sealed class PeerIndex
{
    private readonly Dictionary<int, PeerSession> _byIdentity = [];
    private readonly Dictionary<IpAddress, int> _byAddress = [];

    /// <summary>Sessions of a connection with whoever proved to be that.</summary>
    public int CountOf(string connection, IkeId id) => Of(connection, id).Count();

    /// <summary>Sessions that peers at that address began.</summary>
    public int CountOf(IpAddress remote) => _byAddress.GetValueOrDefault(remote);

    /// <summary>The other sessions of the same connection with the same peer, as a copy that stays while they come and go.</summary>
    public IReadOnlyList<PeerSession> Others(PeerSession session) => session.RemoteId is { } id ? [.. Of(session.Connection.Name, id).Where(other => other != session)] : [];

    /// <summary>A peer proved itself.</summary>
    public void Add(PeerSession session, IpAddress remote)
    {
        if (session.IsCounted)
        {
            return;
        }

        session.IsCounted = true;
        var hash = HashOf(session.Connection.Name, session.RemoteId!);
        session.NextOfHash = _byIdentity.GetValueOrDefault(hash);
        _byIdentity[hash] = session;
        Count(session, remote, 1);
    }

    /// <summary>The IKE SA that stands for a session moved from one address to another; others of it do not count.</summary>
    public void Move(PeerSession session, IkeSaV2 sa, IpAddress former, IpAddress remote)
    {
        if (session.IsCounted && session.Current == sa && former != remote)
        {
            Count(session, former, -1);
            Count(session, remote, 1);
        }
    }

    /// <summary>The session, at that address, is over.</summary>
    public void Remove(PeerSession session, IpAddress remote)
    {
        if (!session.IsCounted)
        {
            return;
        }

        session.IsCounted = false;
        Count(session, remote, -1);
        var hash = HashOf(session.Connection.Name, session.RemoteId!);
        if (Chain(hash).FirstOrDefault(other => other.NextOfHash == session) is { } before)
        {
            before.NextOfHash = session.NextOfHash;
        }
        else if (session.NextOfHash is { } next)
        {
            _byIdentity[hash] = next;
        }
        else
        {
            _byIdentity.Remove(hash);
        }

        session.NextOfHash = null;
    }

    // ID_NULL is nobody, and nobody is not the same as nobody.
    private IEnumerable<PeerSession> Of(string connection, IkeId id) =>
        Chain(HashOf(connection, id)).Where(session => session.Connection.Name == connection && session.RemoteId!.IsSameAs(id));

    private IEnumerable<PeerSession> Chain(int hash)
    {
        for (var session = _byIdentity.GetValueOrDefault(hash); session is not null; session = session.NextOfHash)
        {
            yield return session;
        }
    }

    private static int HashOf(string connection, IkeId id) => HashCode.Combine(connection, SameIdentity.Instance.GetHashCode(id));

    private void Count(PeerSession session, IpAddress remote, int change)
    {
        if (session.IsInitiator)
        {
            return;
        }

        if (CountOf(remote) + change is > 0 and var count)
        {
            _byAddress[remote] = count;
        }
        else
        {
            _byAddress.Remove(remote);
        }
    }
}
