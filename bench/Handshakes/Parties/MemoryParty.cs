using IpsecDp.Daemon.Ike;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;

namespace IpsecDp.Handshakes.Parties;

/// <summary>One side of a handshake in memory: its datagrams are the other's next turn.</summary>
internal sealed class MemoryParty(IkeModel model) : IDisposable
{
    private static readonly SystemEntropy Dice = new();

    private readonly IkeOutbox _outbox = new();

    /// <summary>The endpoint.</summary>
    public IkeEndpoint Endpoint { get; } = new(model);

    /// <summary>Pairs of SAs that were made so far.</summary>
    public int Children { get; private set; }

    /// <summary>What went wrong last.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Gives an order.</summary>
    public void Order(IkeCommand command) => Endpoint.Execute(command, Turn());

    /// <summary>Carries everything both have for each other until nothing is left.</summary>
    public static void Talk(MemoryParty one, MemoryParty other)
    {
        while (one.Carry(other) + other.Carry(one) > 0)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Endpoint.Dispose();

    private IkeTurn Turn() => new(TimeProvider.System.GetUtcNow(), Dice, _outbox);

    private int Carry(MemoryParty to)
    {
        foreach (var happened in _outbox.Events)
        {
            Children += happened is IkeEvent.ChildInstalled ? 1 : 0;
            Trouble = happened is IkeEvent.NegotiationFailed or IkeEvent.Faulted or IkeEvent.Refused ? happened.ToString() : Trouble;
        }

        IkeTransmit[] transmits = [.. _outbox.Transmits];
        _outbox.Clear();
        foreach (var (path, message) in transmits)
        {
            to.Endpoint.Receive(new IkePath(path.Remote, path.RemotePort, path.Local, path.LocalPort), message.ToArray(), to.Turn());
        }

        return transmits.Length;
    }
}
