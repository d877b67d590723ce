using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;
using IpsecDp.Ipsec;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Daemon.Ike;

/// <summary>IKE beside a data plane: endpoint, driver, installer and log put together.</summary>
internal sealed class IkeService : IDisposable
{
    private readonly SaInstaller _installer;
    private readonly NegotiationLog _told;
    private readonly IkeDriver _driver;
    private readonly DaemonLog _log;

    private IkeService(IDataPlane plane, AcquireRelay relay, PolicyModel policy, IkeChannels channels, bool isInUdp, DaemonLog log, CpuLedger ledger)
    {
        _log = log;
        _told = new NegotiationLog(log, TimeProvider.System);
        _installer = new SaInstaller(plane, policy.DynamicTunnels, isInUdp, TimeProvider.System);
        _driver = new IkeDriver(new IkeEndpoint(WithEncapsulation(policy.Ike, isInUdp)), channels, Happened, TimeProvider.System, new SystemEntropy(), () => ledger.Register("ike", CpuAccount.General, ServiceClass.Ike));
        relay.Connect(_driver, _installer);
    }

    /// <summary>What ended it; null while it runs.</summary>
    public Exception? Failure => _driver.Failure;

    /// <summary>What was done for each connection.</summary>
    public IReadOnlyList<TunnelNegotiation> Counts => _told.Counts;

    /// <summary>Starts with the sockets it is given.</summary>
    public static IkeService Start(IDataPlane plane, AcquireRelay relay, PolicyModel policy, IkeChannels channels, bool isInUdp, DaemonLog log, CpuLedger ledger)
    {
        var service = new IkeService(plane, relay, policy, channels, isInUdp, log, ledger);
        service._driver.Start();
        log.Write(DaemonMessage.IkeStarted, $"IKEv2 is ready with {policy.Ike.Connections.Count} connections: {string.Join(", ", policy.Ike.Connections.Select(c => c.Name))}");
        return service;
    }

    /// <summary>Looks after what waits for a time of its own; to be called a few times a second.</summary>
    public void Watch() => _installer.Expire();

    /// <inheritdoc/>
    public void Dispose()
    {
        _driver.Dispose();
        _installer.Dispose();
    }

    private void Happened(IkeEvent happened)
    {
        if (_installer.Handle(happened) is { } fault)
        {
            Refuse(happened, fault);
            return;
        }

        _told.Tell(happened);
        if (happened is IkeEvent.PathMoved moved)
        {
            // SAs keep the addresses they were made with; their successors have the path's.
            foreach (var inbound in _installer.InboundOf(moved.Connection))
            {
                _driver.TrySubmit(new IkeCommand.RekeyChild(inbound));
            }
        }
    }

    private void Refuse(IkeEvent happened, string fault)
    {
        if ((happened as IkeEvent.ChildInstalled)?.Child is { } child || (child = (happened as IkeEvent.OutboundReady)?.Child) is not null)
        {
            _log.Write(DaemonMessage.ChildRefused, $"tunnel {child.Model.Name}: SAs were agreed but cannot be installed: {fault}");
            _driver.TrySubmit(new IkeCommand.DeleteChild(child.InboundSpi));
        }
    }

    // One socket carries all ESP: what is agreed has to be of its kind, whether there is a NAT or not.
    private static IkeModel WithEncapsulation(IkeModel model, bool isInUdp) => model with
    {
        Connections = [.. model.Connections.Select(connection => connection with
        {
            Children = [.. connection.Children.Select(child => child with { ForcesEncapsulation = isInUdp })],
        })],
    };
}
