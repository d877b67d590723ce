using System.Collections.Concurrent;

namespace IpsecDp.Ipsec.Sad;

/// <summary>The tunnels by name; a tunnel named once, by policy or by an SA, stays.</summary>
public sealed class TunnelRegistry
{
    private readonly ConcurrentDictionary<string, Tunnel> _tunnels = new(StringComparer.Ordinal);
    private readonly List<Tunnel> _byNumber = [];
    private Tunnel[] _all = [];

    /// <summary>Every tunnel named so far.</summary>
    /// <remarks>Copied when it is asked for and has grown, not at each tunnel: a million of them would cost the square.</remarks>
    public ReadOnlySpan<Tunnel> All
    {
        get
        {
            lock (_byNumber)
            {
                if (_all.Length != _byNumber.Count)
                {
                    _all = [.. _byNumber];
                }

                return _all;
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

        lock (_byNumber)
        {
            if (_tunnels.TryGetValue(name, out known))
            {
                return known;
            }

            var tunnel = new Tunnel(name, _byNumber.Count + 1);
            _byNumber.Add(tunnel);
            _tunnels[name] = tunnel;
            return tunnel;
        }
    }
}
