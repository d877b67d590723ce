using System.Globalization;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Compile;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Validation;

/// <summary>The windows of tunnels whose packets are to be sorted by precedence as they arrive: how many marked packets pass by others is bounded by what a queue of the kernel holds.</summary>
internal static class ReplayWindowValidator
{
    /// <summary>Packets a window spans that none is lost behind.</summary>
    public const int WideEnough = ReplayWindow.MaximumSize;

    /// <summary>Warns of each rule whose tunnel has a narrower one. Whether a rule's traffic is marked in part cannot be known.</summary>
    public static void Validate(IReadOnlyList<CompiledRule> rules, Findings findings)
    {
        foreach (var rule in rules.DistinctBy(rule => rule.Source, ReferenceEqualityComparer.Instance))
        {
            if (rule.Tunnel is { IsActive: true } manual)
            {
                Validate(rule, manual.Name, manual.ReplayWindow, rule.Source.ManualVpn!.Position, findings);
            }
            else if (rule.Dynamic is { } dynamic)
            {
                Validate(rule, dynamic.Name, dynamic.Action.ReplayWindow, rule.Source.DynamicVpn!.Position, findings);
            }
        }
    }

    private static void Validate(CompiledRule rule, string tunnel, Placed<int>? given, SourcePosition position, Findings findings)
    {
        // 0 is no window, behind which nothing is lost.
        if ((given?.Value ?? TunnelCompiler.DefaultReplayWindow) is var window and not 0 && window < WideEnough)
        {
            findings.Warn(position, ConfigRule.Tunnel, string.Create(CultureInfo.InvariantCulture, $"rule {rule.Source.Name}: the ReplayWindow of tunnel {tunnel} is {window}, and arrivals are sorted by precedence: what marked packets overtake is lost as Replayed behind it; give marked traffic a tunnel of its own, or this one a ReplayWindow of {WideEnough}"));
        }
    }
}
