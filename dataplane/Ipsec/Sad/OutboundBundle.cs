using IpsecDp.Engines;
using IpsecDp.Ipsec.Esp;
using IpsecDp.Ipsec.Flow;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Sad;

/// <summary>The outbound SAs a packet passes, innermost first: one SA, or ESP inside AH. One lock and one lane for all of them, so that numbers and order are taken together.</summary>
public sealed class OutboundBundle(Tunnel tunnel, OutboundSa[] layers, PathMtu pathMtu) : IDisposable
{
    private readonly Lock _admission = new();
    private bool _isRetired;

    /// <summary>The tunnel it belongs to.</summary>
    public Tunnel Tunnel => tunnel;

    /// <summary>Innermost first; never empty.</summary>
    public ReadOnlySpan<OutboundSa> Layers => layers;

    /// <summary>The SA whose header the network sees.</summary>
    public OutboundSa Outermost => layers[^1];

    /// <summary>The SA that meets the packet first.</summary>
    public OutboundSa Innermost => layers[0];

    /// <summary>The size that fits the path.</summary>
    public PathMtu PathMtu => pathMtu;

    /// <summary>Octets of headers and trailers around a packet.</summary>
    public BundleGeometry Geometry { get; } = new(layers.Select(layer => layer.Model).ToArray());

    /// <summary>Whether a superframe leaves as cipher superframes and not as packets of their own.</summary>
    public bool MakesSuperframes { get; } = layers.Length == 1 && SuperframeSealer.Serves(layers[0].Model);

    /// <summary>Whether a fragment has to be joined to its packet before: in transport mode (RFC 4303 §3.3.4), or because the peer takes no later fragments (RFC 4301 §7).</summary>
    public bool SealsWholePackets { get; } = layers[0].Model is { Mode: SaMode.Transport } or { TakesLaterFragments: false };

    /// <summary>Restores the order of admission.</summary>
    public OrderedLane Lane { get; } = new();

    /// <summary>Whether the peer takes a packet in it (RFC 4301 §5.2 step 4 at the other end); of a later fragment only addresses and protocol are asked.</summary>
    public bool Carries(in FlowKey flow, bool isLaterFragment)
    {
        var selectors = Innermost.Model.Selectors;
        for (var i = 0; i < selectors.Count; i++)
        {
            if (isLaterFragment ? selectors[i].ReachesOutbound(flow) : selectors[i].MatchesOutbound(flow))
            {
                return true;
            }
        }

        return selectors.Count == 0;
    }

    /// <summary>Reserves a number in every layer for each packet of the job and opens its place in the lane, as one step; false once the bundle is being removed.</summary>
    public bool TryAdmit(SealJob job)
    {
        lock (_admission)
        {
            if (_isRetired)
            {
                return false;
            }

            job.Reserve(this);
            Lane.Open(job);
            return true;
        }
    }

    /// <summary>Refuses every later job.</summary>
    public void Retire()
    {
        lock (_admission)
        {
            _isRetired = true;
        }
    }

    /// <summary>Zeroes the keys of every layer.</summary>
    public void Dispose()
    {
        foreach (var layer in layers)
        {
            layer.Dispose();
        }
    }
}
