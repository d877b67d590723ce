namespace IpsecDp.Ike;

/// <summary>What turns gave: datagrams and events in their order. The driver takes them out after each turn.</summary>
public sealed class IkeOutbox
{
    private readonly List<IkeTransmit> _transmits = [];
    private readonly List<IkeEvent> _events = [];

    /// <summary>Datagrams not yet taken.</summary>
    public IReadOnlyList<IkeTransmit> Transmits => _transmits;

    /// <summary>Events not yet taken; keys in them are the taker's.</summary>
    public IReadOnlyList<IkeEvent> Events => _events;

    /// <summary>Adds a datagram.</summary>
    public void Send(in IkeTransmit transmit) => _transmits.Add(transmit);

    /// <summary>Adds an event.</summary>
    public void Raise(IkeEvent happened) => _events.Add(happened);

    /// <summary>Empties it, once everything was taken.</summary>
    public void Clear()
    {
        _transmits.Clear();
        _events.Clear();
    }
}
