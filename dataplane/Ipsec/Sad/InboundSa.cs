using System.Runtime.CompilerServices;
using IpsecDp.Engines;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Esp;
using IpsecDp.Ipsec.Flow;
using IpsecDp.Wire.Selectors;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Ipsec.Sad;

/// <summary>State around one inbound model: window, limits, counters, lane and expanded keys. Window, limits and counters are written in the ordered leg only.</summary>
public sealed class InboundSa(SaModel model, SaTransform transform, Tunnel tunnel, int layer, TimeProvider time) : IDisposable
{
    private const byte NoClass = ServiceClasses.Count;

    private readonly Lock _admission = new();
    private volatile TrafficSelector[] _selectors = [.. model.Selectors];

    // The class all its selectors name, or that of the packet it opened last: a guess of any engine, on which no order depends.
    private byte _selectedClass = NumberOf(Classification.Of(model.Selectors));
    private byte _lastClass = (byte)ServiceClass.Unclassified;
    private bool _isRetired;

    /// <summary>What control decided.</summary>
    public SaModel Model => model;

    /// <summary>The tunnel it belongs to.</summary>
    public Tunnel Tunnel => tunnel;

    /// <summary>0 for the innermost layer of its tunnel.</summary>
    public int Layer => layer;

    /// <summary>What a packet's trail says once this SA opened it.</summary>
    public long TrailMark => tunnel.TrailMark(layer);

    /// <summary>Cipher or MAC.</summary>
    public SaTransform Transform => transform;

    /// <summary>What ESP added to a packet.</summary>
    public EspGeometry Geometry { get; } = new(model);

    /// <summary>How transport checksums are mended behind a NAT; null where none is.</summary>
    public AddressTranslation? Translation { get; } = model.Originals is { } original ? new AddressTranslation(original.Remote, original.Local, model.Remote, model.Local) : null;

    /// <summary>The replay window.</summary>
    public ReplayWindow Window { get; } = new(model.ReplayWindow, model.ExtendedSequenceNumbers, model.InitialSequence);

    /// <summary>The limits.</summary>
    public LifetimeWatch Lifetime { get; } = new(model.Lifetime, time);

    /// <summary>What it opened and refused.</summary>
    public SaCounters Counters { get; } = new();

    /// <summary>Restores the order of arrival.</summary>
    public OrderedLane Lane { get; } = new();

    /// <summary>Whether the SA may carry a packet (RFC 4301 §5.2 step 4); of a later fragment only addresses and protocol are asked, its ports are its first fragment's matter.</summary>
    public bool Carries(in FlowKey flow, bool isLaterFragment)
    {
        var selectors = _selectors;
        foreach (var selector in selectors)
        {
            if (isLaterFragment ? selector.ReachesInbound(flow) : selector.MatchesInbound(flow))
            {
                return true;
            }
        }

        return selectors.Length == 0;
    }

    /// <summary>Lets it carry other traffic from here on; window, numbers and counters stay.</summary>
    public void Select(IReadOnlyList<TrafficSelector> selectors)
    {
        _selectors = [.. selectors];
        _selectedClass = NumberOf(Classification.Of(selectors));
    }

    /// <summary>The class of a packet that is not opened yet: what the SA's selectors say, else the precedence of the outer header, else what the SA carried before.</summary>
    public ServiceClass ClassOf(byte outerTos) =>
        _selectedClass != NoClass ? (ServiceClass)_selectedClass : Classification.OfPrecedence(outerTos) ?? (ServiceClass)_lastClass;

    /// <summary>Takes notice of what came out of the SA; from any engine.</summary>
    public void Learn(in FlowKey flow, byte tos)
    {
        var seen = (byte)Classification.Of(flow, tos);
        if (_lastClass != seen)
        {
            _lastClass = seen;
        }
    }

    /// <summary>The cheap look before the ICV is checked: the full number of a packet, and whether window and limits would take it.</summary>
    public bool MayOpen(uint low, out ulong number) => Window.TryInfer(low, out number) && Window.MayAccept(number) && !Lifetime.IsExpired;

    /// <summary>The same for a packet of an SA that is not expired behind one of number <paramref name="last"/>, where mostly the number is the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayOpenBehind(ulong last, uint low, out ulong number)
    {
        number = last + 1;
        // At 0 the low half has wrapped, which is for the long way to judge.
        return (low != 0 && low == (uint)number && Window.IsNextStretch(number)) || MayOpen(low, out number);
    }

    /// <summary>Opens the job's place in the lane; false once the SA is being removed.</summary>
    public bool TryAdmit(LaneJob job)
    {
        lock (_admission)
        {
            if (_isRetired)
            {
                return false;
            }

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

    /// <summary>Zeroes the keys.</summary>
    public void Dispose() => transform.Dispose();

    private static byte NumberOf(ServiceClass? serviceClass) => serviceClass is { } known ? (byte)known : NoClass;
}
