using IpsecDp.Ike;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Compile;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Daemon.Ike;

/// <summary>Turns what the data plane tells into commands of IKE; what concerns manual tunnels goes on to the operator.</summary>
internal sealed class AcquireRelay(IEnumerable<DynamicTunnelModel> tunnels, IDataPlaneEvents manual) : IDataPlaneEvents
{
    private volatile Dictionary<string, DynamicTunnelModel> _tunnels = ByName(tunnels);
    private volatile IkeDriver? _driver;
    private volatile SaInstaller? _installer;

    /// <summary>Connects it; what the data plane told before is asked again, since packets go on asking.</summary>
    public void Connect(IkeDriver driver, SaInstaller installer) => (_installer, _driver) = (installer, driver);

    /// <summary>Asks for the tunnels of another policy from here on.</summary>
    public void Follow(IEnumerable<DynamicTunnelModel> tunnels) => _tunnels = ByName(tunnels);

    /// <inheritdoc/>
    public void Acquire(string tunnel, in FlowKey flow)
    {
        if (!_tunnels.TryGetValue(tunnel, out var model))
        {
            manual.Acquire(tunnel, flow);
            return;
        }

        _driver?.TrySubmit(new IkeCommand.Initiate(model.Connection, model.Name, flow));
    }

    /// <inheritdoc/>
    public void SoftExpire(string tunnel, uint spi)
    {
        if (!_tunnels.ContainsKey(tunnel))
        {
            manual.SoftExpire(tunnel, spi);
        }
        else if (_installer?.InboundOf(tunnel, spi) is { } inbound)
        {
            _driver?.TrySubmit(new IkeCommand.RekeyChild(inbound));
        }
    }

    /// <inheritdoc/>
    public void HardExpire(string tunnel, uint spi)
    {
        if (!_tunnels.ContainsKey(tunnel))
        {
            manual.HardExpire(tunnel, spi);
        }
        else if (_installer?.InboundOf(tunnel, spi) is { } inbound)
        {
            // It carries nothing more: without it the next packet asks for another.
            _driver?.TrySubmit(new IkeCommand.DeleteChild(inbound));
        }
    }

    /// <inheritdoc/>
    public void UnknownSpi(in StrayPacket stray)
    {
        manual.UnknownSpi(stray);
        // Where ESP came under UDP a NAT may stand between, and nothing but the way it came on leads back.
        var path = stray.DestinationPort == 0
            ? new IkePath(stray.Destination, IkePath.Port, stray.Source, IkePath.Port)
            : new IkePath(stray.Destination, stray.DestinationPort, stray.Source, stray.SourcePort);
        _driver?.TrySubmit(new IkeCommand.TellUnknownSpi(path, stray.Spi));
    }

    /// <inheritdoc/>
    public void FilterHit(in FilterHit hit) => manual.FilterHit(hit);

    /// <inheritdoc/>
    public void FilterHitsSuppressed(string rule, long packets) => manual.FilterHitsSuppressed(rule, packets);

    private static Dictionary<string, DynamicTunnelModel> ByName(IEnumerable<DynamicTunnelModel> tunnels) => tunnels.ToDictionary(tunnel => tunnel.Name, StringComparer.Ordinal);
}
