using System.Collections.Concurrent;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Ipsec;

/// <summary>The tunnels by name; a tunnel named once, by policy or by an SA, stays.</summary>
public sealed class TunnelRegistry
{
    private readonly ConcurrentDictionary<string, Tunnel> _tunnels = new(StringComparer.Ordinal);
    private int _numbers;

    /// <summary>Every tunnel named so far.</summary>
    public IEnumerable<Tunnel> All => _tunnels.Values;

    /// <summary>The tunnel of a name, made at its first mention.</summary>
    public Tunnel Of(string name) => _tunnels.GetOrAdd(name, static (key, registry) => new Tunnel(key, Interlocked.Increment(ref registry._numbers)), this);
}
