using System.Globalization;
using IpsecDp.Adapters;
using IpsecDp.Daemon.Capture;
using IpsecDp.Daemon.Numbers;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Compile;
using IpsecDp.Ports.Divert;

namespace IpsecDp.Daemon;

/// <summary>The policy a data plane works by: its first installation, and its replacement while packets pass. The data plane zeroes the keys of what it was given.</summary>
internal sealed class PolicyInForce(IDataPlane plane, IHostCapture capture, NumberLedger? numbers, bool sortsArrivals, DaemonLog log)
{
    private static readonly DivertPlan Nothing = new() { Outbound = [], Inbound = [], Protected = [] };

    private IReadOnlyList<TunnelModel> _tunnels = [];
    private DivertPlan _plan = Nothing;

    /// <summary>Installs the first policy; throws <see cref="DaemonException"/> or <see cref="AdapterException"/>.</summary>
    public void Install(PolicyModel policy)
    {
        Apply(policy, TunnelChanges.Between([], policy.Tunnels));
        foreach (var tunnel in policy.Tunnels)
        {
            var sa = tunnel.Outbound[0];
            log.Write(DaemonMessage.TunnelInstalled, $"tunnel {tunnel.Name}: {sa.Local} to {sa.Remote}, {sa.Protocol} {sa.Suite.Name}, {sa.Mode} mode");
        }

        log.Write(DaemonMessage.PolicyPublished, $"{policy.Spd.Rules.Count} rules are in force; what fits none is discarded");
        Warn(policy);
    }

    /// <summary>Replaces the policy; from its return on no packet leaves by a rule of the former. Throws <see cref="DaemonException"/> or <see cref="AdapterException"/> with the former in force.</summary>
    public void Replace(PolicyModel policy)
    {
        capture.RequireFit(policy);
        // A model no packet could be sealed with shows here, before anything has changed.
        foreach (var tunnel in policy.Tunnels)
        {
            Guard(tunnel, () => SaModelCheck.Require(tunnel.Outbound, Composition.Crypto));
            Guard(tunnel, () => SaModelCheck.Require(tunnel.Inbound, Composition.Crypto));
        }

        var changes = TunnelChanges.Between(_tunnels, policy.Tunnels);
        Apply(policy, changes);
        changes.Spare.ForEach(sa => sa.Dispose());
        var changed = changes.Inbound.Union(changes.Outbound).Count();
        log.Write(DaemonMessage.PolicyReloaded, $"{policy.Spd.Rules.Count} rules are in force; of {changes.Result.Count} tunnels {changes.Result.Count - changed} go on as they are, {changed} have other SAs, {changes.Gone.Count} are gone");
        Warn(policy);
    }

    private void Apply(PolicyModel policy, TunnelChanges changes)
    {
        var plan = DivertCompiler.Compile(policy);
        var outbound = changes.Outbound.Select(tunnel => tunnel with { Outbound = Numbered(tunnel.Outbound) }).ToArray();
        // What is to be protected is taken before a rule says so, and what no longer is, released after no rule says so: in between each packet meets one policy or the other, never the bare link.
        capture.Take(DivertCompiler.Join(_plan, plan));
        changes.Displaced.ForEach(Remove);
        foreach (var tunnel in changes.Inbound)
        {
            Guard(tunnel, () => plane.InstallInbound(tunnel.Name, tunnel.Inbound));
        }

        foreach (var tunnel in outbound)
        {
            Guard(tunnel, () => plane.ReplaceOutbound(tunnel.Name, tunnel.Outbound));
        }

        changes.Kept.ForEach(sa => plane.ChangeSelectors(sa.Protocol, sa.Spi, sa.Selectors));
        plane.Publish(policy.Spd);
        changes.Outdated.ForEach(Remove);
        changes.Gone.ForEach(name => plane.RemoveOutbound(name));
        _tunnels = changes.Result;
        capture.Take(plan);
        _plan = plan;
    }

    // An SA that was in use, in this process or one before, goes on behind the numbers it may have used.
    private SaModel[] Numbered(IReadOnlyList<SaModel> layers)
    {
        var running = plane.Snapshot().Associations.Where(sa => !sa.IsInbound).ToArray();
        return [.. layers.Select(layer =>
        {
            var used = running.Where(sa => (sa.Protocol, sa.Spi, sa.Local, sa.Remote) == (layer.Protocol.ToString(), layer.Spi, layer.Local.ToString(), layer.Remote.ToString()));
            var last = used.Select(sa => sa.HighestSequence + NumberLedger.Stride).DefaultIfEmpty(0UL).Max();
            return layer with { InitialSequence = Math.Min(Math.Max(last, numbers?.Resume(layer) ?? 0), layer.ExtendedSequenceNumbers ? ulong.MaxValue : uint.MaxValue) };
        })];
    }

    private void Remove(SaModel inbound) => plane.RemoveInbound(inbound.Protocol, inbound.Spi);

    private static void Guard(TunnelModel tunnel, Action install)
    {
        try
        {
            install();
        }
        catch (Exception refusal) when (refusal is ArgumentException or NotSupportedException)
        {
            throw new DaemonException($"tunnel {tunnel.Name} cannot be installed: {refusal.Message}", refusal);
        }
    }

    private void Warn(PolicyModel policy)
    {
        foreach (var report in sortsArrivals ? [policy.Warnings, policy.SortingWarnings] : new[] { policy.Warnings })
        {
            foreach (var warning in report.Shown)
            {
                log.Write(DaemonMessage.PolicyWarning, warning.ToString());
            }

            if (report.More > 0)
            {
                log.Write(DaemonMessage.PolicyWarning, string.Create(CultureInfo.InvariantCulture, $"and {report.More} more"));
            }
        }
    }
}
