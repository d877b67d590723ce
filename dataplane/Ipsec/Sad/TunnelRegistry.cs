using System.Collections.Concurrent;

namespace IpsecDp.Ipsec.Sad;

/// <summary>The tunnels by name; a tunnel named once, by policy or by an SA, stays.</summary>
public sealed class TunnelRegistry
{
    private readonly ConcurrentDictionary<string, Tunnel> _tunnels = new(StringComparer.Ordinal);
    private Tunnel[] _all = [];
    private int _numbers;

    /// <summary>Every tunnel named so far.</summary>
    public ReadOnlySpan<Tunnel> All => Volatile.Read(ref _all);

    /// <summary>The tunnel of a name, made at its first mention.</summary>
    public Tunnel Of(string name)
    {
        if (_tunnels.TryGetValue(name, out var known))
        {
            return known;
        }

        lock (_tunnels)
        {
            if (_tunnels.TryGetValue(name, out known))
            {
                return known;
            }

            var tunnel = new Tunnel(name, ++_numbers);
            _tunnels[name] = tunnel;
            Volatile.Write(ref _all, [.. _all, tunnel]);
            return tunnel;
        }
    }
}
