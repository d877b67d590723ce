using IpsecDp.Ike;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2.Kit;

/// <summary>One of two ends: an endpoint with all it gave, and what whoever follows its events would have installed.</summary>
internal sealed class LinkedEnd(IkeModel model, int seed) : IDisposable
{
    public BrittleEntropy Dice { get; } = new(seed);

    public IkeEndpoint Endpoint { get; private set; } = new(model);

    public IkeOutbox Outbox { get; } = new();

    public List<IkeEvent> Events { get; } = [];

    /// <summary>Children installed and not removed, by inbound SPI.</summary>
    public Dictionary<uint, ChildSa> Inbound { get; } = [];

    /// <summary>The children sealed with, the latest last, by outbound SPI.</summary>
    public List<ChildSa> Outbound { get; } = [];

    /// <summary>The child traffic is sealed with; null for none.</summary>
    public ChildSa? Sealing => Outbound.Count == 0 ? null : Outbound[^1];

    /// <summary>The child a tunnel's packets are sealed with, as whoever installs what is told has it: the last that was said to be ready, until it goes.</summary>
    public ChildSa? Sealer { get; private set; }

    /// <summary>Inbound SPIs that were removed but still come in for a while.</summary>
    public HashSet<uint> Leaving { get; } = [];

    /// <summary>What its data plane says came through children; null where it does not say.</summary>
    public IInboundTraffic? Traffic { get; set; }

    public IkeTurn Turn(DateTimeOffset now) => new(now, Dice, Outbox, Traffic);

    /// <summary>The end crashes and begins anew, with nothing remembered.</summary>
    public void Restart(IkeModel model)
    {
        Endpoint.Dispose();
        Endpoint = new(model);
        Inbound.Clear();
        Outbound.Clear();
    }

    public IEnumerable<T> Of<T>()
        where T : IkeEvent => Events.OfType<T>();

    /// <summary>Takes all it gave.</summary>
    public IReadOnlyList<IkeTransmit> Take()
    {
        foreach (var happened in Outbox.Events)
        {
            Events.Add(happened);
            Follow(happened);
        }

        IReadOnlyList<IkeTransmit> transmits = [.. Outbox.Transmits];
        Outbox.Clear();
        return transmits;
    }

    public void Dispose() => Endpoint.Dispose();

    private void Follow(IkeEvent happened)
    {
        switch (happened)
        {
            case IkeEvent.ChildInstalled installed:
                Inbound.Add(installed.Child.InboundSpi, installed.Child);
                break;
            case IkeEvent.OutboundReady ready:
                Assert.True(Inbound.ContainsKey(ready.Child.InboundSpi), "what is sealed with was installed before");
                Outbound.Add(ready.Child);
                Sealer = ready.Child;
                break;
            case IkeEvent.ChildRemoved removed:
                Assert.True(Inbound.Remove(removed.Child.InboundSpi), "what is removed was installed before");
                Outbound.RemoveAll(child => child.InboundSpi == removed.Child.InboundSpi);
                Sealer = Sealer?.InboundSpi == removed.Child.InboundSpi ? null : Sealer;
                if (removed.Grace > TimeSpan.Zero)
                {
                    Leaving.Add(removed.Child.InboundSpi);
                }

                break;
        }
    }
}
