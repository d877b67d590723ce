using System.Net;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Daemon.Wireshark;
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
    private readonly KeyLog? _keys;
    private readonly bool _isInUdp;
    private readonly SecretBytes? _crashSecret;
    private readonly GatewayNames _names;
    private readonly OwnAddresses _addresses;
    private IkeModel _model;

    private IkeService(IDataPlane plane, AcquireRelay relay, PolicyModel policy, IkeChannels channels, bool isInUdp, DaemonLog log, CpuLedger ledger, KeyLog? keys, SecretBytes? crashSecret)
    {
        (_log, _keys, _isInUdp, _crashSecret) = (log, keys, isInUdp, crashSecret);
        _model = Negotiated(policy);
        _told = new NegotiationLog(log, TimeProvider.System);
        _installer = new SaInstaller(plane, policy.DynamicTunnels, isInUdp, TimeProvider.System);
        _driver = new IkeDriver(new IkeEndpoint(_model), channels, Happened, TimeProvider.System, new SystemEntropy(), () => ledger.Register("ike", CpuAccount.General, ServiceClass.Ike), _installer);
        _names = new GatewayNames(Dns.GetHostAddressesAsync, Order, TimeProvider.System);
        _addresses = new OwnAddresses(LocalAddress.IsHere, Order, TimeProvider.System);
        relay.Connect(_driver, _installer);
    }

    /// <summary>What ended it; null while it runs.</summary>
    public Exception? Failure => _driver.Failure;

    /// <summary>What was done for each connection.</summary>
    public IReadOnlyList<TunnelNegotiation> Counts => _told.Counts;

    /// <summary>The children in the data plane.</summary>
    public IReadOnlyList<InstalledChild> Children => _installer.Children;

    /// <summary>Starts with the sockets it is given; the secret of crash tokens becomes its own, and without one peers get no tokens.</summary>
    public static IkeService Start(IDataPlane plane, AcquireRelay relay, PolicyModel policy, IkeChannels channels, bool isInUdp, DaemonLog log, CpuLedger ledger, KeyLog? keys = null, SecretBytes? crashSecret = null)
    {
        var service = new IkeService(plane, relay, policy, channels, isInUdp, log, ledger, keys, crashSecret);
        service._driver.Start();
        log.Write(DaemonMessage.IkeStarted, $"IKEv2 is ready with {policy.Ike.Connections.Count} connections: {string.Join(", ", policy.Ike.Connections.Select(c => c.Name))}");
        return service;
    }

    /// <summary>Queues a command; false when there are too many.</summary>
    public bool TrySubmit(IkeCommand command) => _driver.TrySubmit(command);

    /// <summary>The child that makes a tunnel's SAs; null where the policy in force has none.</summary>
    public ChildModel? ModelOf(DynamicTunnelModel tunnel) =>
        Volatile.Read(ref _model).Connections.FirstOrDefault(connection => connection.Name == tunnel.Connection)?.Children.FirstOrDefault(child => child.Name == tunnel.Name);

    /// <summary>Works by another policy from here on, whose secrets become its own: what did not change goes on untouched.</summary>
    public void Reload(PolicyModel policy)
    {
        var changes = ConnectionChanges.Between(_model, Negotiated(policy));
        var outgrown = _installer.Follow(policy.DynamicTunnels);
        _model = changes.Result;
        changes.EraseSpare();
        // Who ends in the middle of this has the operating system take the memory back.
        _driver.Submit(new IkeCommand.Reload(_model), changes.EraseOutdated);
        foreach (var inbound in outgrown)
        {
            _driver.TrySubmit(new IkeCommand.RekeyChild(inbound));
        }

        var (kept, changed, added, gone) = changes.Counts;
        _log.Write(DaemonMessage.IkeReloaded, $"of {_model.Connections.Count} connections of IKE {kept} go on as they are, {changed} are changed, {added} are new; {gone} are gone");
    }

    /// <summary>Looks after what waits for a time of its own; to be called a few times a second.</summary>
    public void Watch()
    {
        _installer.Expire();
        _addresses.Look(Volatile.Read(ref _model));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _names.Dispose();
        _driver.Dispose();
        _installer.Dispose();
        IkeSecrets.Erase(_model);
        _crashSecret?.Dispose();
    }

    private void Happened(IkeEvent happened)
    {
        // Before the installer, which gives the keys away.
        _keys?.Tell(happened);
        // What becomes of a child that was refused is no news.
        var isOfRefused = Former(happened) is { } child && !_installer.Has(child);
        if (_installer.Handle(happened) is { } fault)
        {
            Refuse(happened, fault);
            return;
        }

        if (isOfRefused)
        {
            return;
        }

        _told.Tell(happened);
        if (happened is IkeEvent.NameWanted wanted)
        {
            _names.Find(wanted);
        }
        else if (happened is IkeEvent.PathMoved moved)
        {
            // SAs keep the addresses they were made with; their successors have the path's.
            foreach (var inbound in _installer.InboundOf(moved.Connection))
            {
                _driver.TrySubmit(new IkeCommand.RekeyChild(inbound));
            }
        }
    }

    // What is lost because there are too many is looked for again.
    private void Order(IkeCommand command) => _driver.TrySubmit(command);

    private static ChildSa? Former(IkeEvent happened) => happened switch
    {
        IkeEvent.OutboundReady ready => ready.Child,
        IkeEvent.ChildRemoved removed => removed.Child,
        _ => null,
    };

    private void Refuse(IkeEvent happened, string fault)
    {
        if ((happened as IkeEvent.ChildInstalled)?.Child is { } child || (child = (happened as IkeEvent.OutboundReady)?.Child) is not null)
        {
            _log.Write(DaemonMessage.ChildRefused, $"tunnel {child.Model.Name}: SAs were agreed but cannot be installed: {fault}");
            _driver.TrySubmit(new IkeCommand.DeleteChild(child.InboundSpi));
        }
    }

    private IkeModel Negotiated(PolicyModel policy) => WithEncapsulation(policy.Ike, _isInUdp) with { RevealsKeys = _keys is { WantsIke: true }, CrashSecret = _crashSecret };

    // One socket carries all ESP: what is agreed has to be of its kind, whether there is a NAT or not.
    private static IkeModel WithEncapsulation(IkeModel model, bool isInUdp) => model with
    {
        Connections = [.. model.Connections.Select(connection => connection with
        {
            Children = [.. connection.Children.Select(child => child with { ForcesEncapsulation = isInUdp })],
        })],
    };
}
