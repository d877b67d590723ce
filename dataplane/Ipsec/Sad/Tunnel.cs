using IpsecDp.Ipsec.Flow;

namespace IpsecDp.Ipsec.Sad;

/// <summary>What a Protect rule points at: the outbound bundle in use, and the mark by which inbound packets prove they came through it. It outlives its SAs.</summary>
public sealed class Tunnel(string name, int number)
{
    private const int LayerBits = 4;

    private OutboundBundle? _outbound;
    private int _layers;

    /// <summary>The name policy gives it.</summary>
    public string Name => name;

    /// <summary>The bundle that seals, or null while there is none; read once per batch.</summary>
    public OutboundBundle? Outbound
    {
        get => Volatile.Read(ref _outbound);
        set => Volatile.Write(ref _outbound, value);
    }

    /// <summary>SAs an inbound packet must have passed; 0 while none is installed.</summary>
    public int Layers
    {
        get => Volatile.Read(ref _layers);
        set => Volatile.Write(ref _layers, value);
    }

    /// <summary>Packets held until an SA is there.</summary>
    public AcquireGate Gate { get; } = new();

    /// <summary>The mark a layer of this tunnel leaves in a packet's trail.</summary>
    public long TrailMark(int layer) => ((long)number << LayerBits) | (uint)layer;

    /// <summary>Whether a trail is exactly this tunnel's layers, outermost first (RFC 4301 §5.2: the SAs that policy demands).</summary>
    public bool Covers(in Ports.Buffers.ProtectionTrail trail)
    {
        var layers = Layers;
        if (layers == 0 || trail.Depth != layers)
        {
            return false;
        }

        for (var i = 0; i < layers; i++)
        {
            if (trail[i] != TrailMark(layers - 1 - i))
            {
                return false;
            }
        }

        return true;
    }
}
