using IpsecDp.Ike;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Daemon.Ike;

/// <summary>Turns what IKE agreed into SAs of the data plane: inbound first, then outbound, and on the way out the other way round, the inbound one after its grace.</summary>
/// <remarks>An SA that carries all its tunnel's rules say is the tunnel's; one that carries less, or shares the rules with other peers, is a branch of it.</remarks>
public sealed class SaInstaller : IInboundTraffic, IDisposable
{
    private readonly IDataPlane _plane;
    private readonly bool _isInUdp;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, InstalledChild> _children = [];
    private readonly Dictionary<(string Tunnel, uint Spi), uint> _byOutbound = [];

    // What seals in each place: a tunnel, or a branch of it.
    private readonly Dictionary<(string Tunnel, string? Branch), uint> _sealing = [];
    private readonly List<(long From, TimeSpan Grace, SaProtocol Protocol, uint Spi)> _leaving = [];
    private Dictionary<string, DynamicTunnelModel> _tunnels;

    /// <summary>An installer for the tunnels of a policy; ESP travels in UDP or in IP, and a child of the other kind is refused.</summary>
    public SaInstaller(IDataPlane plane, IEnumerable<DynamicTunnelModel> tunnels, bool isInUdp, TimeProvider time)
    {
        (_plane, _isInUdp, _time) = (plane, isInUdp, time);
        _tunnels = tunnels.ToDictionary(tunnel => tunnel.Name, StringComparer.Ordinal);
    }

    /// <summary>The children installed.</summary>
    public IReadOnlyList<InstalledChild> Children
    {
        get
        {
            lock (_lock)
            {
                return [.. _children.Values];
            }
        }
    }

    /// <summary>Does what an event asks of the data plane; gives a sentence when it cannot, and the child is then to be deleted.</summary>
    public string? Handle(IkeEvent happened)
    {
        lock (_lock)
        {
            return happened switch
            {
                IkeEvent.ChildInstalled installed => Install(installed.Child),
                IkeEvent.OutboundReady ready => Replace(ready.Child, ready.Former),
                IkeEvent.ChildRemoved removed => Remove(removed.Child, removed.Grace),
                _ => null,
            };
        }
    }

    /// <summary>Installs by the tunnels of another policy from here on; gives the inbound SPIs of children that are to be replaced, because their tunnel marks, counts or fits packets otherwise now.</summary>
    public IReadOnlyList<uint> Follow(IEnumerable<DynamicTunnelModel> tunnels)
    {
        lock (_lock)
        {
            var former = _tunnels;
            _tunnels = tunnels.ToDictionary(tunnel => tunnel.Name, StringComparer.Ordinal);
            return [.. _children.Values.Select(installed => installed.Child).Where(child => IsOutgrown(former.GetValueOrDefault(child.Model.Name), _tunnels.GetValueOrDefault(child.Model.Name))).Select(child => child.InboundSpi)];
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

    /// <inheritdoc/>
    public long PacketsOf(uint inboundSpi)
    {
        lock (_lock)
        {
            return _children.TryGetValue(inboundSpi, out var installed) ? _plane.OpenedBy(SaModels.ProtocolOf(installed.Child), inboundSpi) : 0;
        }
    }

    /// <summary>The inbound SPI of the child one of whose SAs has that SPI; null when there is none.</summary>
    public uint? InboundOf(string tunnel, uint spi)
    {
        lock (_lock)
        {
            return _children.TryGetValue(spi, out var installed) && installed.Child.Model.Name == tunnel ? spi
                : _byOutbound.TryGetValue((tunnel, spi), out var inbound) ? inbound
                : null;
        }
    }

    /// <summary>The inbound SPIs of a connection's children.</summary>
    public IReadOnlyList<uint> InboundOf(string connection)
    {
        lock (_lock)
        {
            return [.. _children.Values.Where(installed => installed.Child.Connection == connection).Select(installed => installed.Child.InboundSpi)];
        }
    }

    /// <summary>Forgets what is left; the data plane zeroes what is installed.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _leaving.Clear();
            foreach (var installed in _children.Values.Where(installed => !installed.IsHandedOver))
            {
                installed.Child.OutboundKeys.Dispose();
            }

            _children.Clear();
        }
    }

    private string? Install(ChildSa child)
    {
        var fault = Fault(child);
        try
        {
            if (fault is null)
            {
                _plane.InstallInbound(child.Model.Name, [SaModels.Inbound(child, _tunnels[child.Model.Name])]);
                _children[child.InboundSpi] = new InstalledChild(child, _time.GetTimestamp());
                return null;
            }
        }
        catch (Exception refusal) when (refusal is ArgumentException or NotSupportedException)
        {
            fault = refusal.Message;
        }

        child.InboundKeys.Dispose();
        child.OutboundKeys.Dispose();
        return fault;
    }

    private string? Replace(ChildSa child, uint? former)
    {
        if (!_children.TryGetValue(child.InboundSpi, out var installed) || !_tunnels.TryGetValue(child.Model.Name, out var tunnel))
        {
            child.OutboundKeys.Dispose();
            return null;
        }

        try
        {
            var branch = Carries(child, tunnel) ? null : BranchOf(tunnel.Name, former) ?? $"{child.InboundSpi:x8}";
            SaModel[] layers = [SaModels.Outbound(child, tunnel)];
            if (branch is null)
            {
                _plane.ReplaceOutbound(tunnel.Name, layers);
            }
            else
            {
                _plane.ReplaceBranch(tunnel.Name, branch, layers);
            }

            _sealing[(tunnel.Name, branch)] = child.OutboundSpi;
            _byOutbound[(tunnel.Name, child.OutboundSpi)] = child.InboundSpi;
            _children[child.InboundSpi] = installed with { Branch = branch, IsHandedOver = true };
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
        if (!_children.Remove(child.InboundSpi, out var installed))
        {
            return null;
        }

        _byOutbound.Remove((child.Model.Name, child.OutboundSpi));
        if (!installed.IsHandedOver)
        {
            child.OutboundKeys.Dispose();
        }
        else if (_sealing.TryGetValue((child.Model.Name, installed.Branch), out var spi) && spi == child.OutboundSpi)
        {
            // What seals no more holds the next packet and asks for an SA.
            _sealing.Remove((child.Model.Name, installed.Branch));
            _ = installed.Branch is null ? _plane.RemoveOutbound(child.Model.Name) : _plane.RemoveBranch(child.Model.Name, installed.Branch);
        }

        var protocol = SaModels.ProtocolOf(child);
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

    // A successor stays where its former was; a child that nothing succeeded has a place of its own.
    private string? BranchOf(string tunnel, uint? former) =>
        former is { } spi && _byOutbound.TryGetValue((tunnel, spi), out var inbound) && _children.TryGetValue(inbound, out var installed) ? installed.Branch : null;

    private static bool Carries(ChildSa child, DynamicTunnelModel tunnel) =>
        !tunnel.IsShared && child.Model.Selectors.All(wanted => child.Selectors.Any(agreed => agreed.Covers(wanted)));

    private static bool IsOutgrown(DynamicTunnelModel? former, DynamicTunnelModel? tunnel) =>
        former is not null && tunnel is not null && (former.Marking, former.ReplayWindow, former.PathMtu) != (tunnel.Marking, tunnel.ReplayWindow, tunnel.PathMtu);
}
