using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Spd;

/// <summary>A policy database published whole: the ordered rules, their tunnels, and a generation that tells cached answers apart.</summary>
public sealed class SpdSnapshot
{
    private static long _generations;

    private readonly SpdEntry[] _outbound;
    private readonly SpdEntry[] _inbound;

    /// <summary>Compiles a model; <paramref name="findTunnel"/> gives the tunnel of a name.</summary>
    public SpdSnapshot(SpdModel model, Func<string, Tunnel> findTunnel)
    {
        Model = model;
        Rules = [.. model.Rules.Select(rule => new SpdEntry(rule, rule.Tunnel is { } name ? findTunnel(name) : null))];
        ImplicitDiscard = new SpdEntry(new SpdRule { Name = SpdModel.ImplicitDiscardName, Selectors = [], Action = PolicyAction.Discard, Logging = model.LogsImplicitDiscard ? RuleLogging.All : RuleLogging.None }, null);
        Logged = [.. Rules.Append(ImplicitDiscard).Where(rule => rule.IsLogged)];
        _outbound = [.. Rules.Where(rule => rule.Rule.Direction.HasFlag(RuleDirection.Outbound))];
        _inbound = [.. Rules.Where(rule => rule.Rule.Direction.HasFlag(RuleDirection.Inbound))];
    }

    /// <summary>The rules as control published them.</summary>
    public SpdModel Model { get; }

    /// <summary>The rules in order.</summary>
    public IReadOnlyList<SpdEntry> Rules { get; }

    /// <summary>What a packet meets that fits none of them.</summary>
    public SpdEntry ImplicitDiscard { get; }

    /// <summary>Those of them whose hits are reported.</summary>
    public IReadOnlyList<SpdEntry> Logged { get; }

    /// <summary>Different for every snapshot ever made in this process.</summary>
    public long Generation { get; } = Interlocked.Increment(ref _generations);

    /// <summary>The first rule that fits, or null; the calling thread's flow cache answers for flows it knows.</summary>
    public SpdEntry? Match(in FlowKey flow, RuleDirection direction)
    {
        var cache = FlowCache.OfThisThread;
        if (cache.TryGet(Generation, flow, direction, out var cached))
        {
            return cached;
        }

        var rule = Search(flow, direction);
        rule?.CountHit();
        cache.Set(Generation, flow, direction, rule);
        return rule;
    }

    /// <summary>The rule for a later fragment whose first was not seen: the first that fits for any ports (RFC 4301 §7.1); false when a rule before it depends on the ports the fragment does not show.</summary>
    public bool TryMatchLaterFragment(in FlowKey flow, RuleDirection direction, out SpdEntry? rule)
    {
        rule = null;
        var isOutbound = direction == RuleDirection.Outbound;
        foreach (var entry in isOutbound ? _outbound : _inbound)
        {
            foreach (var selector in entry.Rule.Selectors)
            {
                if (isOutbound ? selector.MatchesOutbound(flow) : selector.MatchesInbound(flow))
                {
                    rule = entry;
                    return true;
                }

                if (isOutbound ? selector.ReachesOutbound(flow) : selector.ReachesInbound(flow))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Whether a fragment of this packet may belong to an SA that seals whole packets only, so that it is reassembled before any rule is asked (RFC 4303 §3.3.4, RFC 4301 §7).</summary>
    public bool ReachesWholePackets(in FlowKey flow)
    {
        foreach (var rule in _outbound)
        {
            if (rule.Tunnel is not { SealsWholePackets: true })
            {
                continue;
            }

            foreach (var selector in rule.Rule.Selectors)
            {
                if (selector.ReachesOutbound(flow))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private SpdEntry? Search(in FlowKey flow, RuleDirection direction)
    {
        var isOutbound = direction == RuleDirection.Outbound;
        foreach (var rule in isOutbound ? _outbound : _inbound)
        {
            foreach (var selector in rule.Rule.Selectors)
            {
                if (isOutbound ? selector.MatchesOutbound(flow) : selector.MatchesInbound(flow))
                {
                    return rule;
                }
            }
        }

        return null;
    }
}
