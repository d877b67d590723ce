using IpsecDp.Ike.Messages.Proposals;

namespace IpsecDp.Ike.V2.Children;

/// <summary>SPIs of children the peer deletes while the answer that made them is still on its way; most sessions never have any and hold nothing.</summary>
internal struct EarlyDeletes
{
    private HashSet<(ProtocolId Protocol, uint Spi)>? _spis;

    /// <summary>Keeps one, as long as there are fewer than <paramref name="most"/>.</summary>
    public void Add(ProtocolId protocol, uint spi, int most)
    {
        if ((_spis ??= []).Count < most)
        {
            _spis.Add((protocol, spi));
        }
    }

    /// <summary>Whether the peer deleted it.</summary>
    public readonly bool Has(ProtocolId protocol, uint spi) => _spis?.Contains((protocol, spi)) == true;

    /// <summary>Forgets all.</summary>
    public void Settle() => _spis = null;
}
