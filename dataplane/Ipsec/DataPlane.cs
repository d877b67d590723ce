using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Flow;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec;

/// <summary>The data plane: ports, paths and SAs put together; control reaches it through <see cref="IDataPlane"/>.</summary>
public sealed class DataPlane : IDataPlane, IDisposable
{
    private readonly DataPlaneOptions _options;
    private readonly LineContext _line;
    private readonly TunnelRegistry _tunnels = new();
    private readonly OwnEndpoints _own = new();
    private readonly PathMtuLearner _learner;
    private readonly OutboundPath[] _outbound;
    private readonly InboundPath[] _inbound;
    private readonly LineThreads _threads;
    private readonly Upkeep _upkeep;
    private readonly RetiredAssociations _retired = new();

    // Control's calls come one at a time; the line never takes this lock.
    private readonly Lock _control = new();

    /// <summary>Puts the parts together; nothing moves before <see cref="Start"/>.</summary>
    public DataPlane(DataPlaneOptions options)
    {
        _options = options;
        _line = new LineContext(options.Pool, options.Packets, options.Superframes, options.Events, options.Time);
        _learner = new PathMtuLearner(_own);
        var (clear, cipher) = (options.ClearPorts, options.CipherPorts);
        _outbound = [.. clear.Select((port, queue) => new OutboundPath(_line, port, cipher[queue % cipher.Count]))];
        _inbound = [.. cipher.Select((_, queue) => new InboundPath(_line, clear[queue % clear.Count], _own, _learner))];
        _threads = new LineThreads(options, _outbound, _inbound);
        _upkeep = new Upkeep(options, _line, _tunnels, _retired, _outbound, _inbound);
    }

    /// <summary>What ended one of its threads, or null while all of them run.</summary>
    public Exception? Failure => _threads.Failure;

    /// <summary>Starts the threads that serve the ports and one for time-outs.</summary>
    public void Start()
    {
        _threads.Start();
        _upkeep.Start();
    }

    /// <inheritdoc/>
    public void Publish(SpdModel policy)
    {
        lock (_control)
        {
            var former = _line.Policy;
            _line.Policy = new SpdSnapshot(policy, _tunnels.Of);
            _line.FilterLog.TellSuppressed(former);
        }
    }

    /// <inheritdoc/>
    public void Install(TunnelModel tunnel)
    {
        // Before anything is installed, so that a mistake in one direction leaves nothing of the other behind.
        SaModelCheck.Require(tunnel.Outbound, _options.Crypto);
        InstallInbound(tunnel.Name, tunnel.Inbound);
        ReplaceOutbound(tunnel.Name, tunnel.Outbound);
    }

    /// <inheritdoc/>
    public void InstallInbound(string tunnel, IReadOnlyList<SaModel> layers)
    {
        SaModelCheck.Require(layers, _options.Crypto);
        lock (_control)
        {
            var owner = _tunnels.Of(tunnel);
            RequireFree(tunnel, layers);
            for (var layer = 0; layer < layers.Count; layer++)
            {
                var model = layers[layer];
                var sa = new InboundSa(model, new SaTransform(model, _options.Crypto), owner, layer, _options.Time);
                _line.Associations.TryAdd(sa);
                _own.Add(model);
                _upkeep.Watch(model, sa.Lifetime, sa.Counters);
            }

            owner.Layers = layers.Count;
        }
    }

    /// <inheritdoc/>
    public void ReplaceOutbound(string tunnel, IReadOnlyList<SaModel> layers)
    {
        SaModelCheck.Require(layers, _options.Crypto);
        var owner = _tunnels.Of(tunnel);
        OutboundBundle? former;
        lock (_control)
        {
            former = Replace(owner, layers);
        }

        Succeed(owner, former);
    }

    /// <inheritdoc/>
    public void ReplaceBranch(string tunnel, string branch, IReadOnlyList<SaModel> layers)
    {
        SaModelCheck.Require(layers, _options.Crypto);
        var owner = _tunnels.Of(tunnel);
        OutboundBundle? former;
        lock (_control)
        {
            var place = _tunnels.BranchOf(owner, branch, isMade: true)!;
            var branches = owner.TakeBranches();
            former = Replace(place, layers);
            if (former is null || !former.Innermost.Model.Selectors.SequenceEqual(layers[0].Selectors))
            {
                if (former is not null)
                {
                    branches.Remove(place, former.Innermost.Model.Selectors);
                }

                branches.Add(place, layers[0].Selectors, place.SealsWholePackets);
            }
        }

        Succeed(owner, former);
    }

    /// <inheritdoc/>
    public bool ChangeSelectors(SaProtocol protocol, uint spi, IReadOnlyList<TrafficSelector> selectors)
    {
        if (!_line.Associations.TryFind(protocol, spi, out var sa))
        {
            return false;
        }

        sa.Select(selectors);
        return true;
    }

    /// <inheritdoc/>
    public long OpenedBy(SaProtocol protocol, uint spi) => _line.Associations.TryFind(protocol, spi, out var sa) ? sa.Counters.Packets : 0;

    /// <inheritdoc/>
    public bool RemoveInbound(SaProtocol protocol, uint spi)
    {
        if (!_line.Associations.TryRemove(protocol, spi, out var sa))
        {
            return false;
        }

        // Law 8: out of the table, then the lane drains, then the keys are zeroed.
        _own.Remove(sa.Model);
        _upkeep.Forget(sa.Model);
        sa.Retire();
        _retired.End(sa.Lane, sa, _options.DrainPatience);
        return true;
    }

    /// <inheritdoc/>
    public bool RemoveOutbound(string tunnel)
    {
        return Empty(_tunnels.Of(tunnel));
    }

    /// <inheritdoc/>
    public bool RemoveBranch(string tunnel, string branch)
    {
        OutboundBundle? former;
        lock (_control)
        {
            var owner = _tunnels.Of(tunnel);
            if (_tunnels.BranchOf(owner, branch, isMade: false) is not { Outbound: { } sealing } place)
            {
                return false;
            }

            former = sealing;
            owner.TakeBranches().Remove(place, sealing.Innermost.Model.Selectors);
            place.Outbound = null;
            _tunnels.Remove(owner, branch);
        }

        Retire(former);
        return true;
    }

    /// <inheritdoc/>
    public bool TrySendDummy(string tunnel, int length)
    {
        if (_tunnels.Of(tunnel).Outbound is not { } bundle || bundle.Innermost.Model.Protocol != SaProtocol.Esp || length < 0 || length > bundle.PathMtu.Current)
        {
            return false;
        }

        if (_line.Rent(length) is not { } octets)
        {
            return false;
        }

        octets.SetLength(length).Clear();
        _outbound[0].AdmitDummy(octets, bundle);
        return true;
    }

    /// <inheritdoc/>
    public DataPlaneSnapshot Snapshot() => SnapshotReader.Read(_options, _line, _tunnels, _outbound, _inbound);

    /// <summary>The inbound SAs, for a bench that looks them up as the line does.</summary>
    internal SaTable Associations => _line.Associations;

    /// <summary>Jobs that all paths made so far, beforehand and since.</summary>
    internal int JobsMade => _outbound.Sum(path => path.JobsMade) + _inbound.Sum(path => path.JobsMade);

    /// <summary>Whether every packet given to the line so far has left it; exact while nobody gives it more.</summary>
    internal bool IsIdle
    {
        get
        {
            // A layer's delivery opens the next layer's lane before its own is idle: one look for each layer there may be, and one more.
            for (var look = 0; look <= ProtectionTrail.MaximumDepth; look++)
            {
                foreach (var tunnel in _tunnels.All)
                {
                    if (tunnel.Outbound is { Lane.IsIdle: false })
                    {
                        return false;
                    }
                }

                if (_line.Associations.All.Any(sa => !sa.Lane.IsIdle))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Admits packets of the host on the calling thread, for whoever drives the line step by step.</summary>
    internal void AdmitOutbound(PacketBatch batch, int queue = 0) => _outbound[queue].Admit(batch);

    /// <summary>Admits packets of the network on the calling thread.</summary>
    internal void AdmitInbound(PacketBatch batch, int queue = 0) => _inbound[queue].Admit(batch);

    /// <summary>What the maintenance thread does each second: fragments, ages, keepalives.</summary>
    internal void Tick() => _upkeep.Tick();

    /// <summary>Stops the threads, lets every packet in flight finish, gives back all buffers and zeroes all keys; the ports stay the caller's.</summary>
    public void Dispose()
    {
        _upkeep.Dispose();
        _threads.Dispose();
        foreach (var tunnel in _tunnels.All)
        {
            Empty(tunnel);
            ReturnHeld(tunnel);
        }

        foreach (var sa in _line.Associations.All.ToArray())
        {
            RemoveInbound(sa.Model.Protocol, sa.Model.Spi);
        }

        _line.FilterLog.TellSuppressed(_line.Policy);
        _retired.Look();
        foreach (var path in _outbound)
        {
            path.Close();
        }

        foreach (var path in _inbound)
        {
            path.Close();
        }
    }

    // All layers are looked at before one is added; control's lock keeps others from taking the SPI in between.
    private void RequireFree(string tunnel, IReadOnlyList<SaModel> layers)
    {
        foreach (var model in layers)
        {
            if (_line.Associations.TryFind(model.Protocol, model.Spi, out _) || layers.Count(layer => (layer.Protocol, layer.Spi) == (model.Protocol, model.Spi)) > 1)
            {
                throw new ArgumentException($"tunnel {tunnel}: SPI 0x{model.Spi:x8} is in use by another inbound {model.Protocol} SA");
            }
        }
    }

    // Control's lock is held.
    private OutboundBundle? Replace(Tunnel owner, IReadOnlyList<SaModel> layers)
    {
        var associations = layers.Select(model => new OutboundSa(model, new SaTransform(model, _options.Crypto), _options.Time)).ToArray();
        var linkMtu = _options.CipherPorts.Min(port => port.Mtu);
        var bundle = new OutboundBundle(owner, associations, new PathMtu(linkMtu, layers[^1], _options.Time));
        _learner.Add(bundle);
        foreach (var sa in associations)
        {
            _upkeep.Watch(sa.Model, sa.Lifetime, sa.Counters);
        }

        var former = owner.Outbound;
        owner.Outbound = bundle;
        return former;
    }

    private void Succeed(Tunnel owner, OutboundBundle? former)
    {
        _outbound[0].ReleaseHeld(owner);
        if (former is not null)
        {
            Retire(former);
        }
    }

    private bool Empty(Tunnel owner)
    {
        OutboundBundle? former;
        lock (_control)
        {
            former = owner.Outbound;
            owner.Outbound = null;
        }

        if (former is not null)
        {
            Retire(former);
        }

        return former is not null;
    }

    private void Retire(OutboundBundle bundle)
    {
        _learner.Remove(bundle);
        foreach (var layer in bundle.Layers)
        {
            _upkeep.Forget(layer.Model);
        }

        bundle.Retire();
        _retired.End(bundle.Lane, bundle, _options.DrainPatience);
    }

    private void ReturnHeld(Tunnel tunnel)
    {
        using var held = new PacketBatch(AcquireGate.MostHeld);
        tunnel.Gate.Release(held, _line.Held, sealer: null);
    }
}
