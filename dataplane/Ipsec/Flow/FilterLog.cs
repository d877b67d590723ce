using System.Runtime.CompilerServices;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Reports hits of logged rules to control, a few of each rule a second; how many more there were is told once the second is over.</summary>
internal sealed class FilterLog(IDataPlaneEvents events, TimeProvider time)
{
    /// <summary>Reports a packet that met a rule, if the rule says so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Tell(SpdEntry rule, RuleDirection direction, in FlowKey flow, DropReason refusal, PacketBuffer packet)
    {
        if (rule.Log is { } limiter)
        {
            Tell(rule, limiter, direction, flow, refusal, packet);
        }
    }

    /// <summary>Says of each rule how many hits were not told.</summary>
    public void TellSuppressed(SpdSnapshot policy)
    {
        foreach (var rule in policy.Logged)
        {
            if (rule.Log!.TakeSuppressed() is var packets and > 0)
            {
                events.FilterHitsSuppressed(rule.Rule.Name, packets);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Tell(SpdEntry rule, HitLimiter limiter, RuleDirection direction, in FlowKey flow, DropReason refusal, PacketBuffer packet)
    {
        var wanted = refusal == DropReason.None ? RuleLogging.Permitted : RuleLogging.Denied;
        var (segments, length) = (packet.Segments, packet.Length);
        var packets = segments.CountIn(length);
        if ((rule.Rule.Logging & wanted) != 0 && limiter.TryTell(packets, time))
        {
            events.FilterHit(new FilterHit(rule.Rule.Name, rule.Action, direction, flow, refusal, packets, segments.OctetsIn(length)));
        }
    }
}
