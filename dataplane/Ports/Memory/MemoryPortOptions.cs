using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Memory;

/// <summary>How a port without an operating system behaves: its sizes, and what it does when it is full.</summary>
public sealed record MemoryPortOptions
{
    /// <summary>What the operator reads; a link's ends add their letter.</summary>
    public string Name { get; init; } = "memory";

    /// <summary>Largest single IP packet carried, in octets; a larger one is refused and counted.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Most buffers one Receive adds.</summary>
    public int BatchSize { get; init; } = PacketBatch.DefaultCapacity;

    /// <summary>Most buffers waiting in one direction, of each precedence where each has its queue.</summary>
    public int QueueLength { get; init; } = 1024;

    /// <summary>Whether a superframe passes whole when each of its packets keeps to the MTU; otherwise it is refused and counted.</summary>
    public bool CarriesSuperframes { get; init; } = true;

    /// <summary>Whether a full queue refuses packets and counts them, as a network does; otherwise the sender waits and nothing is lost.</summary>
    public bool DropsWhenFull { get; init; }

    /// <summary>Whether each IP precedence waits in a queue of its own, each of <see cref="QueueLength"/>, the highest first; only of a port that drops when full, since who waits for room in one queue would keep what comes behind it from the others.</summary>
    public bool QueuesByPrecedence { get; init; }

    /// <summary>Whether a packet whose sender used up its headroom or tailroom is moved inside its buffer so that the receiver finds both whole, as ports promise.</summary>
    public bool RestoresRoom { get; init; } = true;

    internal void ThrowIfImpossible()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Mtu);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(BatchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(QueueLength);
        if (QueuesByPrecedence && !DropsWhenFull)
        {
            throw new ArgumentException("queues by precedence drop when full");
        }
    }
}
