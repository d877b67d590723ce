using IpsecDp.Ike.Models;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Compile;

/// <summary>What a valid policy comes to; whoever holds it owns the keys in its tunnels.</summary>
public sealed record PolicyModel : IDisposable
{
    /// <summary>The rules in the order they are tried.</summary>
    public required SpdModel Spd { get; init; }

    /// <summary>Whether the last of the rules is none the operator wrote, but the discard of what fits none, made a rule so that its sender hears of it.</summary>
    public bool EndsWithImplicitRule { get; init; }

    /// <summary>The manual tunnels that carry traffic from the start.</summary>
    public required IReadOnlyList<TunnelModel> Tunnels { get; init; }

    /// <summary>The tunnels whose SAs IKE makes.</summary>
    public IReadOnlyList<DynamicTunnelModel> DynamicTunnels { get; init; } = [];

    /// <summary>What IKE is configured with; its connections have a child for each of <see cref="DynamicTunnels"/>.</summary>
    public IkeModel Ike { get; init; } = IkeModel.Empty;

    /// <summary>Tunnels that rules name but <c>Active No</c> keeps off; traffic for them is discarded.</summary>
    public required IReadOnlyList<string> InactiveTunnels { get; init; }

    /// <summary>What is allowed but probably not meant.</summary>
    public required ConfigReport Warnings { get; init; }

    /// <summary>The same, but only for a data plane that sorts what arrives by its precedence.</summary>
    public ConfigReport SortingWarnings { get; init; } = ConfigReport.Empty;

    /// <summary>Zeroes the keys of every tunnel and the secrets of IKE.</summary>
    public void Dispose()
    {
        foreach (var sa in Tunnels.SelectMany(t => t.Outbound.Concat(t.Inbound)))
        {
            sa.Dispose();
        }

        IkeSecrets.Erase(Ike);
    }
}
