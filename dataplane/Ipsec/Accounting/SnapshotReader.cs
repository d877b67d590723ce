using IpsecDp.Ipsec.Flow;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Ipsec.Accounting;

/// <summary>Collects the counters of all parts into one snapshot.</summary>
internal static class SnapshotReader
{
    public static DataPlaneSnapshot Read(DataPlaneOptions options, LineContext line, TunnelRegistry tunnels, OutboundPath[] outbound, InboundPath[] inbound)
    {
        List<SaSnapshot> associations = [];
        foreach (var tunnel in tunnels.All)
        {
            if (tunnel.Outbound is not { } bundle)
            {
                continue;
            }

            foreach (var sa in bundle.Layers)
            {
                associations.Add(Describe(sa.Model, isInbound: false, sa.Counters, lost: 0, sa.Sequence.Last, bundle.PathMtu.Current));
            }
        }

        associations.AddRange(line.Associations.All.Select(sa => Describe(sa.Model, isInbound: true, sa.Counters, sa.Window.Lost, sa.Window.Highest, pathMtu: 0)));
        return new DataPlaneSnapshot(
            associations,
            line.Drops.ToDictionary(),
            line.Policy.Rules.GroupBy(rule => rule.Rule.Name).ToDictionary(rules => rules.Key, rules => rules.Sum(rule => rule.Hits)),
            outbound.Sum(path => path.Bypassed),
            inbound.Sum(path => path.Bypassed),
            [.. options.ClearPorts.Select(port => (port.Name, port.Stats)), .. options.CipherPorts.Select(port => (port.Name, port.Stats))],
            options.Pool.Snapshot());
    }

    private static SaSnapshot Describe(SaModel model, bool isInbound, SaCounters counters, long lost, ulong highest, int pathMtu) =>
        new(
            model.Tunnel,
            model.Protocol.ToString(),
            model.Spi,
            isInbound,
            model.Protocol == SaProtocol.Ah ? Crypto.SuiteNames.Of(model.Suite.Integrity) : model.Suite.Name,
            model.Mode.ToString(),
            model.Local.ToString(),
            model.Remote.ToString(),
            counters.Packets,
            counters.Bytes,
            counters.Replayed,
            counters.IntegrityFailures,
            counters.OtherRefusals,
            lost,
            highest,
            pathMtu);
}
