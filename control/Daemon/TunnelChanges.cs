using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Daemon;

/// <summary>What a policy changes about the tunnels that run: SAs that stay as they are are none of it.</summary>
internal sealed class TunnelChanges
{
    private TunnelChanges()
    {
    }

    /// <summary>The tunnels as they will be: SAs that do not change are those that run.</summary>
    public List<TunnelModel> Result { get; } = [];

    /// <summary>Tunnels that get inbound SAs.</summary>
    public List<TunnelModel> Inbound { get; } = [];

    /// <summary>Tunnels that get outbound SAs.</summary>
    public List<TunnelModel> Outbound { get; } = [];

    /// <summary>Inbound SAs of the policy that run already, whose traffic it may have changed.</summary>
    public List<SaModel> Kept { get; } = [];

    /// <summary>Inbound SAs whose SPI another one takes over; they must go before it comes.</summary>
    public List<SaModel> Displaced { get; } = [];

    /// <summary>Inbound SAs that go once no rule needs them.</summary>
    public List<SaModel> Outdated { get; } = [];

    /// <summary>Tunnels that go.</summary>
    public List<string> Gone { get; } = [];

    /// <summary>SAs of the policy that will not run, because the same ones do already.</summary>
    public List<SaModel> Spare { get; } = [];

    /// <summary>Compares; throws <see cref="DaemonException"/> where a key in use would serve another SA, whose numbers would begin again under it.</summary>
    public static TunnelChanges Between(IReadOnlyCollection<TunnelModel> running, IReadOnlyList<TunnelModel> wanted)
    {
        var changes = new TunnelChanges();
        var byName = running.ToDictionary(tunnel => tunnel.Name, StringComparer.Ordinal);
        foreach (var tunnel in wanted)
        {
            changes.Add(byName.GetValueOrDefault(tunnel.Name), tunnel);
        }

        RefuseUsedKeys(running, changes.Outbound);
        var names = wanted.Select(tunnel => tunnel.Name).ToHashSet(StringComparer.Ordinal);
        changes.Gone.AddRange(byName.Keys.Where(name => !names.Contains(name)));
        var staying = changes.Result.SelectMany(tunnel => tunnel.Inbound).ToHashSet<SaModel>(ReferenceEqualityComparer.Instance);
        var coming = changes.Inbound.SelectMany(tunnel => tunnel.Inbound).Select(sa => (sa.Protocol, sa.Spi)).ToHashSet();
        foreach (var sa in running.SelectMany(tunnel => tunnel.Inbound).Where(sa => !staying.Contains(sa)))
        {
            (coming.Contains((sa.Protocol, sa.Spi)) ? changes.Displaced : changes.Outdated).Add(sa);
        }

        return changes;
    }

    private void Add(TunnelModel? running, TunnelModel wanted)
    {
        var keepsInbound = running is not null && SameAssociation.Serve(running.Inbound, wanted.Inbound);
        var keepsOutbound = running is not null && SameAssociation.Serve(running.Outbound, wanted.Outbound);
        var result = new TunnelModel(wanted.Name, keepsOutbound ? running!.Outbound : wanted.Outbound, keepsInbound ? running!.Inbound : wanted.Inbound);
        Result.Add(result);
        if (keepsInbound)
        {
            Kept.AddRange(wanted.Inbound);
            Spare.AddRange(wanted.Inbound);
        }
        else
        {
            Inbound.Add(result);
        }

        if (keepsOutbound)
        {
            Spare.AddRange(wanted.Outbound);
        }
        else
        {
            Outbound.Add(result);
        }
    }

    private static void RefuseUsedKeys(IReadOnlyCollection<TunnelModel> running, IReadOnlyList<TunnelModel> changed)
    {
        var inUse = running.SelectMany(tunnel => tunnel.Outbound).ToArray();
        foreach (var sa in changed.SelectMany(tunnel => tunnel.Outbound))
        {
            if (inUse.FirstOrDefault(used => SameAssociation.ShareKey(used, sa) && !SameAssociation.AreOne(used, sa)) is { } owner)
            {
                throw new DaemonException($"tunnel {sa.Tunnel} has the outbound key that tunnel {owner.Tunnel} uses under SPI 0x{owner.Spi:x8}; its numbers would begin again under that key: give it a new one");
            }
        }
    }
}
