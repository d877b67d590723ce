using System.Collections.Concurrent;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec.Flow;

/// <summary>The addresses at which SAs of this host end, and the UDP ports they end under; kept as SAs come and go.</summary>
public sealed class OwnEndpoints
{
    private readonly ConcurrentDictionary<IpAddress, int> _addresses = new();
    private readonly ConcurrentDictionary<ushort, int> _ports = new();

    /// <summary>Whether an SA ends at the address.</summary>
    public bool IsOwn(IpAddress address) => _addresses.ContainsKey(address);

    /// <summary>Whether an SA ends under the UDP port.</summary>
    public bool IsEncapsulationPort(ushort port) => _ports.ContainsKey(port);

    /// <summary>Counts an inbound SA in.</summary>
    public void Add(SaModel model)
    {
        _addresses.AddOrUpdate(model.Local, 1, static (_, count) => count + 1);
        if (model.Encapsulation is { } ports)
        {
            _ports.AddOrUpdate(ports.LocalPort, 1, static (_, count) => count + 1);
        }
    }

    /// <summary>Counts an inbound SA out; a pair that reaches zero goes.</summary>
    public void Remove(SaModel model)
    {
        Release(_addresses, model.Local);
        if (model.Encapsulation is { } ports)
        {
            Release(_ports, ports.LocalPort);
        }
    }

    private static void Release<TKey>(ConcurrentDictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        if (counts.AddOrUpdate(key, 0, static (_, count) => count - 1) <= 0)
        {
            counts.TryRemove(KeyValuePair.Create(key, 0));
        }
    }
}
