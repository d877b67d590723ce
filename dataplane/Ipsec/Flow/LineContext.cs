using IpsecDp.Engines;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec.Flow;

/// <summary>What both paths of a data plane share: the published policy, the SAs, the pool, buffers, counters, and the way to control.</summary>
public sealed class LineContext(EnginePool pool, BufferPool packets, BufferPool superframes, IDataPlaneEvents events, TimeProvider time)
{
    // One for each packet of a batch that a thread collects, and of the one behind it that waits in lanes.
    private const int JobsOutsideQueues = 2 * PacketBatch.DefaultCapacity;

    /// <summary>Turns a path makes in advance: more threads than this seldom admit or deliver at once.</summary>
    internal const int TurnsInStock = 8;

    private SpdSnapshot _policy = new(SpdModel.DenyAll, static _ => throw new InvalidOperationException("the empty policy names no tunnel"));

    /// <summary>Jobs a path makes in advance: what the engines' queues hold, and what threads have in hand.</summary>
    internal int JobsInStock => JobsOutsideQueues + pool.QueueCapacity;

    /// <summary>The policy; read once per batch.</summary>
    public SpdSnapshot Policy
    {
        get => Volatile.Read(ref _policy);
        set => Volatile.Write(ref _policy, value);
    }

    /// <summary>The inbound SAs.</summary>
    public SaTable Associations { get; } = new();

    /// <summary>The engines.</summary>
    public EnginePool Pool => pool;

    /// <summary>What was refused, by reason.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>The way to control.</summary>
    public IDataPlaneEvents Events => events;

    /// <summary>Reports of logged rules.</summary>
    internal FilterLog FilterLog { get; } = new(events, time);

    /// <summary>Reports of unknown SPIs.</summary>
    internal StrayReports Strays { get; } = new(events, time);

    /// <summary>What may be held for SAs that are not there.</summary>
    public HeldBudget Held { get; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>A joiner of fragments.</summary>
    public Reassembler NewReassembler() => new(packets, superframes, Drops, time);

    /// <summary>A buffer that holds <paramref name="length"/> octets, or null when none is free.</summary>
    public PacketBuffer? Rent(int length) => length <= packets.Capacity ? packets.TryRent() ?? superframes.TryRent() : superframes.TryRent();

    /// <summary>Tells control what an SA's limits say.</summary>
    public void Tell(SaModel model, LifetimeWatch.Event happened)
    {
        switch (happened)
        {
            case LifetimeWatch.Event.Soft:
                events.SoftExpire(model.Tunnel, model.Spi);
                break;

            case LifetimeWatch.Event.Hard:
                events.HardExpire(model.Tunnel, model.Spi);
                break;
        }
    }
}
