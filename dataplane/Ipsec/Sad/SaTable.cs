using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace IpsecDp.Ipsec.Sad;

/// <summary>The inbound SAs by protocol and SPI (RFC 4301 §4.1): lock-free look-up, O(1) install and remove, any number of SAs of a tunnel valid at once.</summary>
public sealed class SaTable
{
    private readonly ConcurrentDictionary<ulong, InboundSa> _associations = new();

    /// <summary>SAs installed.</summary>
    public int Count => _associations.Count;

    /// <summary>Every SA, in no order.</summary>
    public IEnumerable<InboundSa> All => _associations.Values;

    /// <summary>Adds an SA; false when its SPI is in use.</summary>
    public bool TryAdd(InboundSa sa) => _associations.TryAdd(Key(sa.Model.Protocol, sa.Model.Spi), sa);

    /// <summary>Finds the SA of a packet.</summary>
    public bool TryFind(SaProtocol protocol, uint spi, [NotNullWhen(true)] out InboundSa? sa) => _associations.TryGetValue(Key(protocol, spi), out sa);

    /// <summary>Takes an SA out, so that no later packet finds it.</summary>
    public bool TryRemove(SaProtocol protocol, uint spi, [NotNullWhen(true)] out InboundSa? sa) => _associations.TryRemove(Key(protocol, spi), out sa);

    private static ulong Key(SaProtocol protocol, uint spi) => ((ulong)protocol << 32) | spi;
}
