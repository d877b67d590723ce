using IpsecDp.Ike.Identity;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Limits;

/// <summary>Sessions with peers that proved themselves, by who they are and by where they are. Sessions of one peer are a chain, since nearly every peer has one.</summary>
internal sealed class PeerIndex
{
    private readonly Dictionary<(string Connection, IkeId Id), PeerSession> _byIdentity = new(SamePeer.Instance);
    private readonly Dictionary<IpAddress, int> _byAddress = [];

    /// <summary>Sessions of a connection with whoever proved to be that.</summary>
    public int CountOf(string connection, IkeId id) => Chain((connection, id)).Count();

    /// <summary>Sessions with peers at that address.</summary>
    public int CountOf(IpAddress remote) => _byAddress.GetValueOrDefault(remote);

    /// <summary>The other sessions of the same connection with the same peer, as a copy that stays while they come and go.</summary>
    public IReadOnlyList<PeerSession> Others(PeerSession session) => session.RemoteId is { } id
        ? [.. Chain((session.Connection.Name, id)).Where(other => other != session)]
        : [];

    /// <summary>A peer proved itself.</summary>
    public void Add(PeerSession session, IpAddress remote)
    {
        if (session.CountedAt is not null)
        {
            return;
        }

        Enter(session, remote);

        // ID_NULL is nobody, and nobody is not the same as nobody.
        if (session.RemoteId is { } id && id.IsSameAs(id))
        {
            var key = (session.Connection.Name, id);
            session.NextOfPeer = _byIdentity.GetValueOrDefault(key);
            _byIdentity[key] = session;
        }
    }

    /// <summary>It moved to another address.</summary>
    public void Move(PeerSession session, IpAddress remote)
    {
        if (session.CountedAt is { } former && former != remote)
        {
            Leave(former);
            Enter(session, remote);
        }
    }

    /// <summary>The session is over.</summary>
    public void Remove(PeerSession session)
    {
        if (session.CountedAt is not { } remote)
        {
            return;
        }

        Leave(remote);
        session.CountedAt = null;
        var key = (session.Connection.Name, session.RemoteId!);
        if (Chain(key).FirstOrDefault(other => other.NextOfPeer == session) is { } before)
        {
            before.NextOfPeer = session.NextOfPeer;
        }
        else if (_byIdentity.GetValueOrDefault(key) == session)
        {
            // The identity the table has is of the session that goes: the next one brings its own.
            _byIdentity.Remove(key);
            if (session.NextOfPeer is { } next)
            {
                _byIdentity.Add((next.Connection.Name, next.RemoteId!), next);
            }
        }

        session.NextOfPeer = null;
    }

    private IEnumerable<PeerSession> Chain((string Connection, IkeId Id) key)
    {
        for (var session = _byIdentity.GetValueOrDefault(key); session is not null; session = session.NextOfPeer)
        {
            yield return session;
        }
    }

    private void Enter(PeerSession session, IpAddress remote)
    {
        session.CountedAt = remote;
        _byAddress[remote] = CountOf(remote) + 1;
    }

    private void Leave(IpAddress remote)
    {
        if (CountOf(remote) is > 1 and var count)
        {
            _byAddress[remote] = count - 1;
        }
        else
        {
            _byAddress.Remove(remote);
        }
    }

    private sealed class SamePeer : IEqualityComparer<(string Connection, IkeId Id)>
    {
        public static SamePeer Instance { get; } = new();

        public bool Equals((string Connection, IkeId Id) x, (string Connection, IkeId Id) y) => x.Connection == y.Connection && SameIdentity.Instance.Equals(x.Id, y.Id);

        public int GetHashCode((string Connection, IkeId Id) obj) => HashCode.Combine(obj.Connection.GetHashCode(StringComparison.Ordinal), SameIdentity.Instance.GetHashCode(obj.Id));
    }
}
