using IpsecDp.Ipsec.Flow;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Sad;

/// <summary>What a Protect rule points at: the outbound bundle in use, and the mark by which inbound packets prove they came through it. It outlives its SAs.</summary>
/// <remarks>A tunnel of one peer has one bundle, which carries all that its rules give it. Where peers or SAs share the rules, each SA that carries less has a branch: a tunnel of its own under this one, found by selectors.</remarks>
public sealed class Tunnel(string name, int number, Tunnel? trunk = null)
{
    private const int LayerBits = 4;

    private OutboundBundle? _outbound;
    private OutboundBranches? _branches;
    private int _layers;

    /// <summary>The name policy gives it.</summary>
    public string Name => name;

    /// <summary>The bundle that seals, or null while there is none; read once per batch.</summary>
    public OutboundBundle? Outbound
    {
        get => Volatile.Read(ref _outbound);
        set => Volatile.Write(ref _outbound, value);
    }

    /// <summary>Its place among the tunnels of this process; a branch has its trunk's.</summary>
    public int Number => number;

    /// <summary>The tunnel rules name: this one, or that of a branch.</summary>
    public Tunnel Trunk => trunk ?? this;

    /// <summary>The bundles that seal a part of the traffic each; null while there never was one.</summary>
    public OutboundBranches? Branches => Volatile.Read(ref _branches);

    /// <summary>Whether a fragment of its traffic has to be whole before it is sealed.</summary>
    public bool SealsWholePackets => Outbound is { } bundle ? bundle.SealsWholePackets : Branches is { AnySealsWholePackets: true };

    /// <summary>SAs an inbound packet must have passed; 0 while none is installed.</summary>
    public int Layers
    {
        get => Volatile.Read(ref _layers);
        set => Volatile.Write(ref _layers, value);
    }

    /// <summary>The bundle of a branch that carries a packet; null where none does. To be asked where <see cref="Outbound"/> is null.</summary>
    public OutboundBundle? FindBranch(in FlowKey flow, bool isLaterFragment) => Branches?.Find(flow, isLaterFragment);

    /// <summary>Whether something here would seal a packet.</summary>
    public bool Seals(in FlowKey flow) => (Outbound ?? FindBranch(flow, isLaterFragment: !flow.HasPorts)) is not null;

    /// <summary>The branches, made at the first; control's lock is held.</summary>
    internal OutboundBranches TakeBranches() => _branches ?? Interlocked.CompareExchange(ref _branches, new OutboundBranches(), null) ?? _branches!;

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
