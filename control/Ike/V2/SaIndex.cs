using IpsecDp.Ike.V2.Limits;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2;

/// <summary>IKE SAs by the SPI this end chose, first requests by what is known of them, sessions by connection, and children by inbound SPI.</summary>
internal sealed class SaIndex
{
    private readonly Dictionary<ulong, IkeSaV2> _bySpi = [];
    private readonly Dictionary<(IpAddress Remote, ushort Port, ulong Spi), IkeSaV2> _byRequest = [];
    private readonly Dictionary<string, List<PeerSession>> _sessions = [];
    private readonly Dictionary<uint, PeerSession> _children = [];

    /// <summary>Sessions whose peer proved itself.</summary>
    public PeerIndex Peers { get; } = new();

    /// <summary>How many IKE SAs there are, begun ones included.</summary>
    public int Count => _bySpi.Count;

    /// <summary>Every IKE SA, as a copy that stays while they come and go.</summary>
    public IReadOnlyList<IkeSaV2> All => [.. _bySpi.Values];

    /// <summary>Every session, as a copy that stays while they come and go.</summary>
    public IReadOnlyList<PeerSession> Sessions => [.. _sessions.Values.SelectMany(sessions => sessions)];

    /// <summary>The IKE SA with an SPI of ours; null without one.</summary>
    public IkeSaV2? Find(ulong ownSpi) => _bySpi.GetValueOrDefault(ownSpi);

    /// <summary>The IKE SA a first request from there began and that still waits; null without one.</summary>
    public IkeSaV2? FindBegun(in IkePath path, ulong initiatorSpi) => _byRequest.GetValueOrDefault((path.Remote, path.RemotePort, initiatorSpi));

    /// <summary>The sessions of a connection.</summary>
    public IReadOnlyList<PeerSession> Of(string connection) => _sessions.TryGetValue(connection, out var sessions) ? [.. sessions] : [];

    /// <summary>The session a child of that inbound SPI belongs to; null without one.</summary>
    public PeerSession? FindChild(uint inboundSpi) => _children.GetValueOrDefault(inboundSpi);

    /// <summary>Adds an IKE SA.</summary>
    public void Add(IkeSaV2 sa) => _bySpi.Add(sa.OwnSpi, sa);

    /// <summary>Remembers the first request of an IKE SA.</summary>
    public void AddBegun(IkeSaV2 sa, in IkePath path) => _byRequest[(path.Remote, path.RemotePort, sa.Spis.Initiator)] = sa;

    /// <summary>Forgets the first request of an IKE SA.</summary>
    public void RemoveBegun(IkeSaV2 sa, in IkePath path)
    {
        var key = (path.Remote, path.RemotePort, sa.Spis.Initiator);
        if (_byRequest.GetValueOrDefault(key) == sa)
        {
            _byRequest.Remove(key);
        }
    }

    /// <summary>Takes an IKE SA out.</summary>
    public void Remove(IkeSaV2 sa) => _bySpi.Remove(sa.OwnSpi);

    /// <summary>Adds a session.</summary>
    public void Add(PeerSession session)
    {
        if (!_sessions.TryGetValue(session.Connection.Name, out var sessions))
        {
            _sessions.Add(session.Connection.Name, sessions = []);
        }

        sessions.Add(session);
    }

    /// <summary>Takes a session out.</summary>
    public void Remove(PeerSession session)
    {
        Peers.Remove(session, session.Current?.Path.Remote ?? default);
        if (_sessions.TryGetValue(session.Connection.Name, out var sessions) && sessions.Remove(session) && sessions.Count == 0)
        {
            _sessions.Remove(session.Connection.Name);
        }
    }

    /// <summary>Adds the inbound SPI of a child that stands or is being asked for.</summary>
    public void AddChild(uint inboundSpi, PeerSession session) => _children[inboundSpi] = session;

    /// <summary>Takes an inbound SPI out.</summary>
    public void RemoveChild(uint inboundSpi) => _children.Remove(inboundSpi);

    /// <summary>Whether an inbound SPI is taken.</summary>
    public bool HasChild(uint inboundSpi) => _children.ContainsKey(inboundSpi);
}
