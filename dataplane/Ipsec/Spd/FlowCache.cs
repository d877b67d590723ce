using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Spd;

/// <summary>The last answers of the policy to one thread, by flow and generation, so that a flow's packets cost one look-up each.</summary>
public sealed class FlowCache(in FlowMixKey key)
{
    // Two ways of 1024 sets: a quarter of a megabyte a thread, and two hot flows that collide still both fit.
    private const int Sets = 1024;
    private const int Ways = 2;

    // An attacker may choose flows; where they meet must not be known to him.
    private static readonly FlowMixKey OfThisProcess = FlowMixKey.Read(RandomNumberGenerator.GetBytes(FlowMixKey.Length));

    [ThreadStatic]
    private static FlowCache? _ofThisThread;

    private readonly FlowMixKey _key = key;

    private readonly Entry[] _entries = new Entry[Sets * Ways];

    /// <summary>The calling thread's cache; made at its first packet.</summary>
    public static FlowCache OfThisThread => _ofThisThread ??= new FlowCache(OfThisProcess);

    /// <summary>The answer for a flow, null being one of them (no rule fits); false when this thread does not know it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(long generation, in FlowKey flow, RuleDirection direction, out SpdEntry? rule)
    {
        var set = SetOf(flow, direction);
        for (var way = 0; way < Ways; way++)
        {
            ref var entry = ref _entries[set + way];
            if (entry.Generation == generation && entry.Direction == direction && entry.Flow == flow)
            {
                rule = entry.Rule;
                return true;
            }
        }

        rule = null;
        return false;
    }

    /// <summary>Keeps an answer in the place of the older of its set.</summary>
    public void Set(long generation, in FlowKey flow, RuleDirection direction, SpdEntry? rule)
    {
        var set = SetOf(flow, direction);
        _entries[set + 1] = _entries[set];
        _entries[set] = new Entry(generation, flow, direction, rule);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SetOf(in FlowKey flow, RuleDirection direction) => (int)((flow.Mix(_key) ^ (uint)direction) % Sets) * Ways;

    private readonly record struct Entry(long Generation, FlowKey Flow, RuleDirection Direction, SpdEntry? Rule);
}
