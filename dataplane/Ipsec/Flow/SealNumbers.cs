using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Ipsec.Flow;

/// <summary>The run of numbers a job has in each layer of its bundle: packet i of the job has the first one plus i. Taken under the bundle's lock.</summary>
internal sealed class SealNumbers
{
    private const int MostLayers = 2;

    private readonly ulong[] _first = new ulong[MostLayers];
    private readonly bool[] _isSpent = new bool[MostLayers];
    private readonly LifetimeWatch.Event[] _lifetimes = new LifetimeWatch.Event[MostLayers];
    private bool _isBegun;

    /// <summary>The number of the job's first packet in a layer.</summary>
    public ulong FirstOf(int layer) => _first[layer];

    /// <summary>What a layer's limits said after the reservation.</summary>
    public LifetimeWatch.Event LifetimeOf(int layer) => _lifetimes[layer];

    /// <summary>Forgets the job before.</summary>
    public void Begin()
    {
        _isBegun = false;
        _isSpent.AsSpan().Clear();
    }

    /// <summary>Takes numbers for all packets of a job in every layer and charges the SAs; false, with nothing taken, where a limit is too near.</summary>
    public bool TryReserveAll(ReadOnlySpan<OutboundSa> layers, int packets, int bytes)
    {
        Begin();
        foreach (var sa in layers)
        {
            if (Ask(sa, packets, bytes) != DropReason.None)
            {
                return false;
            }
        }

        Take(layers, packets, bytes);
        return true;
    }

    /// <summary>The same for one buffer of the job, whose numbers follow those taken before; the reason where a layer has none left, and then none is taken in any.</summary>
    public DropReason Reserve(ReadOnlySpan<OutboundSa> layers, int packets, int bytes)
    {
        for (var layer = 0; layer < layers.Length; layer++)
        {
            if (Ask(layers[layer], packets, bytes) is var refusal and not DropReason.None)
            {
                _isSpent[layer] = true;
                return refusal;
            }
        }

        Take(layers, packets, bytes);
        return DropReason.None;
    }

    /// <summary>Looks at every layer's limits; an SA whose numbers are used up stops.</summary>
    public void LookAtLifetimes(ReadOnlySpan<OutboundSa> layers)
    {
        for (var layer = 0; layer < layers.Length; layer++)
        {
            var sa = layers[layer];
            var seen = sa.Lifetime.Look((ulong)sa.Counters.Packets, (ulong)sa.Counters.Bytes);
            // What is left may be too little for a superframe; control hears of it rather than see the SA refuse for ever.
            var isSpent = sa.Sequence.IsExhausted || _isSpent[layer];
            _lifetimes[layer] = isSpent && seen != LifetimeWatch.Event.Hard ? sa.Lifetime.Exhaust() : seen;
        }
    }

    private static DropReason Ask(OutboundSa sa, int packets, int bytes)
    {
        if (!sa.Lifetime.Allows((ulong)(sa.Counters.Packets + packets), (ulong)(sa.Counters.Bytes + bytes)))
        {
            return DropReason.LifetimeExpired;
        }

        return sa.Sequence.HasLeft(packets) ? DropReason.None : DropReason.SequenceExhausted;
    }

    private void Take(ReadOnlySpan<OutboundSa> layers, int packets, int bytes)
    {
        for (var layer = 0; layer < layers.Length; layer++)
        {
            layers[layer].Sequence.TryReserve(packets, out var first);
            layers[layer].Counters.Charge(packets, bytes);
            _first[layer] = _isBegun ? _first[layer] : first;
        }

        _isBegun = true;
    }
}
