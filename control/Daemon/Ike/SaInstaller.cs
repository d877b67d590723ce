using IpsecDp.Crypto;
using IpsecDp.Ike;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Daemon.Ike;

/// <summary>Turns what IKE agreed into SAs of the data plane: inbound first, then outbound, and on the way out the other way round, the inbound one after its grace.</summary>
public sealed class SaInstaller : IDisposable
{
    // Numbers that remain for the packets under way while a successor is negotiated (RFC 4303 §3.3.3).
    private const ulong SoftSequence = 4_000_000_000;

    private readonly IDataPlane _plane;
    private readonly Dictionary<string, DynamicTunnelModel> _tunnels;
    private readonly bool _isInUdp;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, ChildSa> _children = [];
    private readonly Dictionary<string, uint> _sealing = new(StringComparer.Ordinal);

    // Children whose outbound keys the data plane has; it zeroes them once its packets are through.
    private readonly HashSet<uint> _handedOver = [];
    private readonly List<(long From, TimeSpan Grace, SaProtocol Protocol, uint Spi)> _leaving = [];

    /// <summary>An installer for the tunnels of a policy; ESP travels in UDP or in IP, and a child of the other kind is refused.</summary>
    public SaInstaller(IDataPlane plane, IEnumerable<DynamicTunnelModel> tunnels, bool isInUdp, TimeProvider time)
    {
        (_plane, _isInUdp, _time) = (plane, isInUdp, time);
        _tunnels = tunnels.ToDictionary(tunnel => tunnel.Name, StringComparer.Ordinal);
    }

    /// <summary>Does what an event asks of the data plane; gives a sentence when it cannot, and the child is then to be deleted.</summary>
    public string? Handle(IkeEvent happened)
    {
        lock (_lock)
        {
            return happened switch
            {
                IkeEvent.ChildInstalled installed => Install(installed.Child),
                IkeEvent.OutboundReady ready => Replace(ready.Child),
                IkeEvent.ChildRemoved removed => Remove(removed.Child, removed.Grace),
                _ => null,
            };
        }
    }

    /// <summary>Removes the inbound SAs whose grace is over; to be called a few times a second.</summary>
    public void Expire()
    {
        lock (_lock)
        {
            foreach (var sa in _leaving.FindAll(sa => _time.GetElapsedTime(sa.From) >= sa.Grace))
            {
                _leaving.Remove(sa);
                _plane.RemoveInbound(sa.Protocol, sa.Spi);
            }
        }
    }

    /// <summary>Whether a child's inbound SA is installed.</summary>
    public bool Has(ChildSa child)
    {
        ArgumentNullException.ThrowIfNull(child);
        lock (_lock)
        {
            return _children.ContainsKey(child.InboundSpi);
        }
    }

    /// <summary>The inbound SPI of the child one of whose SAs has that SPI; null when there is none.</summary>
    public uint? InboundOf(string tunnel, uint spi)
    {
        lock (_lock)
        {
            return _children.Values.FirstOrDefault(child => child.Model.Name == tunnel && (child.InboundSpi == spi || child.OutboundSpi == spi))?.InboundSpi;
        }
    }

    /// <summary>The inbound SPIs of a connection's children.</summary>
    public IReadOnlyList<uint> InboundOf(string connection)
    {
        lock (_lock)
        {
            return [.. _children.Values.Where(child => child.Connection == connection).Select(child => child.InboundSpi)];
        }
    }

    /// <summary>Forgets what is left; the data plane zeroes what is installed.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _leaving.Clear();
            foreach (var child in _children.Values.Where(child => !_handedOver.Contains(child.InboundSpi)))
            {
                child.OutboundKeys.Dispose();
            }

            _children.Clear();
        }
    }

    private string? Install(ChildSa child)
    {
        if (Fault(child) is { } fault)
        {
            child.InboundKeys.Dispose();
            child.OutboundKeys.Dispose();
            return fault;
        }

        try
        {
            _plane.InstallInbound(child.Model.Name, [Model(child, child.InboundSpi, child.InboundKeys)]);
            _children[child.InboundSpi] = child;
            return null;
        }
        catch (Exception refusal) when (refusal is ArgumentException or NotSupportedException)
        {
            child.InboundKeys.Dispose();
            child.OutboundKeys.Dispose();
            return refusal.Message;
        }
    }

    private string? Replace(ChildSa child)
    {
        if (!_children.ContainsKey(child.InboundSpi))
        {
            child.OutboundKeys.Dispose();
            return null;
        }

        try
        {
            _plane.ReplaceOutbound(child.Model.Name, [Model(child, child.OutboundSpi, child.OutboundKeys)]);
            _sealing[child.Model.Name] = child.OutboundSpi;
            _handedOver.Add(child.InboundSpi);
            return null;
        }
        catch (Exception refusal) when (refusal is ArgumentException or NotSupportedException)
        {
            child.OutboundKeys.Dispose();
            return refusal.Message;
        }
    }

    private string? Remove(ChildSa child, TimeSpan grace)
    {
        if (!_children.Remove(child.InboundSpi))
        {
            return null;
        }

        if (_sealing.TryGetValue(child.Model.Name, out var spi) && spi == child.OutboundSpi)
        {
            // A tunnel without an outbound SA holds the next packet and asks for one.
            _sealing.Remove(child.Model.Name);
            _plane.RemoveOutbound(child.Model.Name);
        }

        if (!_handedOver.Remove(child.InboundSpi))
        {
            child.OutboundKeys.Dispose();
        }

        var protocol = ProtocolOf(child);
        if (grace <= TimeSpan.Zero)
        {
            _plane.RemoveInbound(protocol, child.InboundSpi);
            return null;
        }

        _leaving.Add((_time.GetTimestamp(), grace, protocol, child.InboundSpi));
        return null;
    }

    private string? Fault(ChildSa child)
    {
        if (!_tunnels.ContainsKey(child.Model.Name))
        {
            return $"the policy has no tunnel {child.Model.Name}";
        }

        return child.IsEncapsulated == _isInUdp ? null
            : _isInUdp ? "the peer does not send ESP in UDP, which this host was told to: start it with --encap esp"
            : "a NAT lies between both hosts and ESP has to travel in UDP: start with --encap udp";
    }

    private SaModel Model(ChildSa child, uint spi, ChildDirectionKeys keys)
    {
        var tunnel = _tunnels[child.Model.Name];
        return new SaModel
        {
            Tunnel = tunnel.Name,
            Spi = spi,
            Protocol = ProtocolOf(child),
            Mode = child.IsTransport ? SaMode.Transport : SaMode.Tunnel,
            Suite = child.Suite ?? new CipherSuite(EncryptionAlgorithm.Null, 0, child.Integrity),
            Keys = new SuiteKeys(keys.Encryption, keys.Integrity),
            Local = child.Path.Local,
            Remote = child.Path.Remote,
            Selectors = child.Selectors,
            Encapsulation = child.IsEncapsulated ? new UdpEncapsulation(child.Path.LocalPort, child.Path.RemotePort) : null,
            ExtendedSequenceNumbers = child.HasExtendedNumbers,
            ReplayWindow = tunnel.ReplayWindow,
            Lifetime = new SaLifetime
            {
                SoftPackets = child.HasExtendedNumbers ? ulong.MaxValue : SoftSequence,
                SoftBytes = child.Model.RekeyOctets > 0 ? (ulong)child.Model.RekeyOctets : ulong.MaxValue,
            },
            Marking = tunnel.Marking,
            PathMtu = tunnel.PathMtu,
        };
    }

    private static SaProtocol ProtocolOf(ChildSa child) => child.Protocol == ProtocolId.Ah ? SaProtocol.Ah : SaProtocol.Esp;
}
