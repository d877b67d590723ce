using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>What policy says of a packet from the network: whether it may pass in clear, and whether what was opened came through the SAs its rule demands (RFC 4301 §5.2).</summary>
internal sealed class InboundPolicy(LineContext line)
{
    private readonly FragmentTracker _fragments = new(line.Time);

    /// <summary>Judges a packet that came in clear; <see cref="DropReason.None"/> where it may pass.</summary>
    public DropReason JudgeClear(PacketBuffer packet, in FlowKey flow, bool isFragment)
    {
        var policy = line.Policy;
        if (!TryDecide(policy, packet, flow, isFragment, out var rule))
        {
            return DropReason.FragmentWithoutFirst;
        }

        var refusal = rule?.Action switch
        {
            null => DropReason.NoRule,
            PolicyAction.Bypass => DropReason.None,
            PolicyAction.Protect => DropReason.ClearButProtected,
            _ => DropReason.PolicyDiscard,
        };
        line.FilterLog.Tell(rule ?? policy.ImplicitDiscard, RuleDirection.Inbound, flow, refusal, packet);
        return refusal;
    }

    /// <summary>Judges a packet by the SAs it came through; <paramref name="isLogged"/> says that each packet of its flow is to be asked for itself.</summary>
    public DropReason JudgeOpened(PacketBuffer packet, in FlowKey flow, bool isFragment, out bool isLogged)
    {
        isLogged = false;
        var policy = line.Policy;
        if (!TryDecide(policy, packet, flow, isFragment, out var rule))
        {
            return DropReason.FragmentWithoutFirst;
        }

        var refusal = rule switch
        {
            null => DropReason.SelectorMismatch,
            { Action: PolicyAction.Discard } => DropReason.PolicyDiscard,
            { Action: PolicyAction.Protect, Tunnel: { } tunnel } when tunnel.Covers(packet.Trail) => DropReason.None,
            { Action: PolicyAction.Bypass } => DropReason.SelectorMismatch,
            _ => DropReason.WrongProtection,
        };
        var met = rule ?? policy.ImplicitDiscard;
        isLogged = met.IsLogged;
        line.FilterLog.Tell(met, RuleDirection.Inbound, flow, refusal, packet);
        return refusal;
    }

    private bool TryDecide(SpdSnapshot policy, PacketBuffer packet, in FlowKey flow, bool isFragment, out SpdEntry? rule)
    {
        rule = policy.Match(flow, RuleDirection.Inbound);
        if (!isFragment || !IpPacketView.TryView(packet.Packet, out var view))
        {
            return true;
        }

        if (!view.IsLaterFragment)
        {
            _fragments.Remember(flow, view.Identification, policy.Generation, rule);
            return true;
        }

        return _fragments.TryRecall(flow, view.Identification, policy.Generation, out rule)
            || policy.TryMatchLaterFragment(flow, RuleDirection.Inbound, out rule);
    }
}
