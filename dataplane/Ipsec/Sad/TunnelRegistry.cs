using System.Collections.Concurrent;

namespace IpsecDp.Ipsec.Sad;

/// <summary>The tunnels by name; a tunnel named once, by policy or by an SA, stays. Branches come and go with their SAs.</summary>
public sealed class TunnelRegistry
{
    private readonly ConcurrentDictionary<string, Tunnel> _tunnels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Tunnel, string Branch), Tunnel> _branches = new();
    private readonly Lock _lock = new();
    private int _named;
    private Tunnel[]? _all = [];

    /// <summary>Every tunnel named so far, and every branch there is.</summary>
    /// <remarks>Collected when it is asked for and has changed, not at each tunnel: a million of them would cost the square.</remarks>
    public ReadOnlySpan<Tunnel> All
    {
        get
        {
            lock (_lock)
            {
                return _all ??= [.. _tunnels.Values.OrderBy(tunnel => tunnel.Number), .. _branches.Values];
            }
        }
    }

    /// <summary>The tunnel of a name, made at its first mention.</summary>
    public Tunnel Of(string name)
    {
        if (_tunnels.TryGetValue(name, out var known))
        {
            return known;
        }

        lock (_lock)
        {
            if (_tunnels.TryGetValue(name, out known))
            {
                return known;
            }

            var tunnel = new Tunnel(name, ++_named);
            _tunnels[name] = tunnel;
            _all = null;
            return tunnel;
        }
    }

    /// <summary>A branch of a tunnel, made at its first mention; null where there is none and none is to be made.</summary>
    public Tunnel? BranchOf(Tunnel trunk, string branch, bool isMade)
    {
        if (_branches.TryGetValue((trunk.Name, branch), out var known) || !isMade)
        {
            return known;
        }

        lock (_lock)
        {
            // What comes in through any of them came in through the tunnel, so that the number is the tunnel's.
            known = _branches.GetOrAdd((trunk.Name, branch), _ => new Tunnel($"{trunk.Name}/{branch}", trunk.Number, trunk));
            _all = null;
            return known;
        }
    }

    /// <summary>Forgets a branch.</summary>
    public void Remove(Tunnel trunk, string branch)
    {
        lock (_lock)
        {
            _branches.TryRemove((trunk.Name, branch), out _);
            _all = null;
        }
    }
}
