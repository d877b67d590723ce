using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Policy.Compile;
using IpsecDp.Ports;
using IpsecDp.Ports.Divert;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Daemon.Capture;

/// <summary>A TUN interface for what is in clear and a socket for ESP and AH; routes decide what is judged.</summary>
internal sealed class TunCapture : IHostCapture
{
    private readonly DaemonOptions _options;
    private readonly CipherSide _side;
    private readonly CipherSocketPort _cipher;
    private readonly TunDevice _device;

    /// <summary>Opens both, gives the interface its addresses and routes; throws <see cref="AdapterException"/> or <see cref="DaemonException"/> with nothing left open.</summary>
    public TunCapture(DaemonOptions options, PolicyModel policy, PortBuffers buffers, DaemonLog log)
    {
        _options = options;
        _side = CipherSide.Choose(options, policy);
        RefuseCircles(policy);
        _cipher = CipherSocket.Open(_side, options.SortsArrivals, buffers);
        try
        {
            log.Write(DaemonMessage.PortOpened, $"{_cipher.FeatureLine}; link MTU {_cipher.Mtu}");
            var mtu = options.Mtu ?? ClearMtu.Of(policy, _cipher.Mtu);
            _device = TunDevice.Open(new TunOptions { Name = options.Tun, Queues = options.Queues, Mtu = mtu, Addresses = options.Addresses, Buffers = buffers });
            log.Write(DaemonMessage.PortOpened, $"{_device.FeatureLine}; MTU {mtu}, {options.Queues} queues");
            AddRoutes(log);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<IClearPort> Clear => _device.Ports;

    /// <inheritdoc/>
    public IReadOnlyList<ICipherPort> Cipher => [_cipher];

    /// <inheritdoc/>
    public UdpEncapPort? SharedSocket => _cipher as UdpEncapPort;

    /// <inheritdoc/>
    public bool IsEspInUdp => SharedSocket is not null;

    /// <inheritdoc/>
    public void RequireFit(PolicyModel policy)
    {
        // Without a tunnel the socket is nobody's, and any will do.
        if (policy.Tunnels.Count + policy.DynamicTunnels.Count > 0)
        {
            CipherSocket.RequireSame(_side, CipherSide.Choose(_options, policy));
        }

        RefuseCircles(policy);
    }

    /// <summary>Nothing to do: the host gives up what is routed into the interface, whatever a policy says.</summary>
    public void Take(DivertPlan plan)
    {
    }

    /// <summary>An interface that goes ends its ports, which is noticed there.</summary>
    public string? Look() => null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _device?.Dispose();
        _cipher.Dispose();
    }

    private void AddRoutes(DaemonLog log)
    {
        InterfaceRoutes.Add(_device.Name, _options.Routes);
        foreach (var route in _options.Routes)
        {
            log.Write(DaemonMessage.RouteAdded, $"{route} goes through {_device.Name}");
        }
    }

    // Sealed packets that are routed into the tunnel again would be sealed for ever.
    private void RefuseCircles(PolicyModel policy)
    {
        (string Name, IpAddress Remote)[] ends = [.. policy.Tunnels.Select(t => (t.Name, t.Outbound[^1].Remote)), .. policy.DynamicTunnels.SelectMany(t => t.Remote is { } remote ? [(t.Name, remote)] : Array.Empty<(string, IpAddress)>())];
        foreach (var route in _options.Routes)
        {
            var reach = AddressRange.Prefix(IpAddress.From(route.Address), route.PrefixLength);
            if (Array.Find(ends, end => reach.Contains(end.Remote)) is { Name: not null } circle)
            {
                throw new DaemonException($"route {route} leads to {circle.Remote}, the far end of tunnel {circle.Name}, so its own packets would enter the tunnel again: choose prefixes without it");
            }
        }
    }
}
