using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Remembers which rule the first fragment of a packet met, so that later ones, which show no ports, meet the same (RFC 4301 §7.3, stateful fragment checking).</summary>
/// <remarks>Locked: fragments are the exception on the line, and their order across threads is not known.</remarks>
public sealed class FragmentTracker(TimeProvider time)
{
    private const int MostPackets = 1024;

    // RFC 791 and RFC 8200 §4.5 let a reassembly take this long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Answer> _answers = new(MostPackets);
    private readonly Queue<Key> _byAge = new(MostPackets);

    /// <summary>Keeps the answer for a packet's first fragment; the oldest answer goes when there are too many.</summary>
    public void Remember(in FlowKey flow, uint identification, long generation, SpdEntry? rule)
    {
        lock (_lock)
        {
            var key = new Key(flow.Source, flow.Destination, flow.Protocol, identification);
            if (!_answers.ContainsKey(key))
            {
                if (_byAge.Count == MostPackets)
                {
                    _answers.Remove(_byAge.Dequeue());
                }

                _byAge.Enqueue(key);
            }

            _answers[key] = new Answer(generation, rule, time.GetTimestamp());
        }
    }

    /// <summary>The answer its first fragment got; false when that was not seen, is too long ago, or another policy answered.</summary>
    public bool TryRecall(in FlowKey flow, uint identification, long generation, out SpdEntry? rule)
    {
        lock (_lock)
        {
            var isKnown = _answers.TryGetValue(new Key(flow.Source, flow.Destination, flow.Protocol, identification), out var answer)
                && answer.Generation == generation && time.GetElapsedTime(answer.At) < Patience;
            rule = answer.Rule;
            return isKnown;
        }
    }

    private readonly record struct Key(IpAddress Source, IpAddress Destination, byte Protocol, uint Identification);

    private readonly record struct Answer(long Generation, SpdEntry? Rule, long At);
}
