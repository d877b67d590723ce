using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports.Divert;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>Derives from a policy what a capture takes out of the host's own path: all that a rule protects or denies, and nothing that no rule speaks of.</summary>
public static class DivertCompiler
{
    // Beyond this many selectors a search for ones that cover each other would cost the square of a policy; the plan is then longer and no wider.
    private const int MostCompared = 256;

    /// <summary>The plan of a policy.</summary>
    /// <remarks>What fits no rule stays with the host, and so do packets for the discard that no rule wrote down (<c>ImplicitDiscardAction</c>): an operator who wants every packet of the host judged writes a last rule that denies all.</remarks>
    public static DivertPlan Compile(PolicyModel policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new DivertPlan
        {
            Outbound = Taken(policy, RuleDirection.Outbound),
            Inbound = Taken(policy, RuleDirection.Inbound),
            Protected = [.. policy.Tunnels.Select(tunnel => FlowOf(tunnel.Outbound[^1])).Concat(policy.DynamicTunnels.SelectMany(FlowsOf)).Distinct()],
            ProtectedFromAny = [.. policy.DynamicTunnels.Where(tunnel => tunnel.IsShared).Select(tunnel => tunnel.Local).Distinct()],
            LeavesIke = policy.DynamicTunnels.Count > 0,
        };
    }

    /// <summary>What either plan takes.</summary>
    public static DivertPlan Join(DivertPlan first, DivertPlan second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return new DivertPlan
        {
            Outbound = [.. first.Outbound.Union(second.Outbound)],
            Inbound = [.. first.Inbound.Union(second.Inbound)],
            Protected = [.. first.Protected.Union(second.Protected)],
            ProtectedFromAny = [.. first.ProtectedFromAny.Union(second.ProtectedFromAny)],
            LeavesIke = first.LeavesIke || second.LeavesIke,
        };
    }

    private static List<TrafficSelector> Taken(PolicyModel policy, RuleDirection direction)
    {
        var written = policy.Spd.Rules.Count - (policy.EndsWithImplicitRule ? 1 : 0);
        var permitted = new List<TrafficSelector>();
        var taken = new List<TrafficSelector>();
        foreach (var rule in policy.Spd.Rules.Take(written).Where(rule => rule.Direction.HasFlag(direction)))
        {
            foreach (var selector in rule.Selectors)
            {
                if (rule.Action == PolicyAction.Bypass)
                {
                    permitted.Add(selector);
                }
                else if (!IsCovered(selector, permitted) && !IsCovered(selector, taken))
                {
                    Add(selector, taken);
                }
            }
        }

        return taken;
    }

    // Only a permit that takes all of a selector makes it needless; one that takes a part of it is asked packet by packet.
    private static bool IsCovered(TrafficSelector selector, List<TrafficSelector> others)
    {
        for (var i = 0; i < others.Count && i < MostCompared; i++)
        {
            if (others[i].Covers(selector))
            {
                return true;
            }
        }

        return false;
    }

    private static void Add(TrafficSelector selector, List<TrafficSelector> taken)
    {
        if (taken.Count <= MostCompared)
        {
            taken.RemoveAll(selector.Covers);
        }

        taken.Add(selector);
    }

    // What ESP will travel in is agreed with the peer, and asked before there is a rule about it.
    private static IEnumerable<CipherFlow> FlowsOf(DynamicTunnelModel tunnel) => tunnel.Remote is { } remote ? [new(tunnel.Local, remote, null), new(tunnel.Local, remote, UdpEncapsulation.Port)] : [];

    private static CipherFlow FlowOf(SaModel outermost) => new(outermost.Local, outermost.Remote, outermost.Encapsulation?.LocalPort);
}
