using System.Runtime.CompilerServices;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Sockets;

/// <summary>A cipher port over Linux sockets: waiting, interruption, disposal, and what goes beside ESP and AH.</summary>
public abstract class CipherSocketPort : ICipherPort, IMarkedPort, IJointWait
{
    // A millisecond without buffers is long enough to let others return some and short enough not to be seen.
    private const int StarvedWait = 1;

    // A wait while packets come one by one, in milliseconds and how often: after four, what a cache held is others' again, and with one it costs twice as much for no more. Who is answered at all is mostly answered within a tenth of a second.
    private const int Turn = 2;
    private const int Turns = 50;

    // A busy socket would keep the others from ever being looked at.
    private const int LooksBetween = 32;

    private readonly MarkedFirst _order;
    private readonly CipherSidecar _sidecar;
    private readonly WakeEvent _wake;
    private readonly CallGate _gate;
    private readonly ArrivalMark? _arrivals;
    private readonly string _noArrivalsBecause;
    private int _looks;
    private LonePackets _lone;
    private bool _isDrained;

    private protected CipherSocketPort(string name, int mtu, PortCounters counters, CipherSidecar sidecar, MarkedFirst order, IEnumerable<int> descriptors, (ArrivalMark? Mark, string Otherwise) arrivals)
    {
        Name = name;
        Mtu = mtu;
        Counters = counters;
        _sidecar = sidecar;
        _order = order;
        (_arrivals, _noArrivalsBecause) = arrivals;
        _wake = new WakeEvent([.. descriptors, .. sidecar.Descriptors]);
        _gate = new CallGate(ReleaseAll);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public int BatchSize => PacketBatch.DefaultCapacity;

    /// <inheritdoc/>
    public virtual bool FragmentsItself => false;

    /// <inheritdoc/>
    public bool HasWaiting => _wake.IsReadableInside(_gate);

    /// <inheritdoc/>
    public PacketArrival? LatestArrival { get; private set; }

    /// <inheritdoc/>
    public IJointWait? JointWait => this;

    /// <inheritdoc/>
    public Action? Meanwhile { get; set; }

    /// <inheritdoc/>
    public bool KeepsMarkedApart => _order.KeepsMarkedApart;

    /// <inheritdoc/>
    public bool HasMarked
    {
        get
        {
            if (!KeepsMarkedApart || !_gate.TryEnter())
            {
                return false;
            }

            var isWaiting = !_wake.IsRaised && _order.HasMarked;
            _gate.Leave();
            return isWaiting;
        }
    }

    /// <inheritdoc/>
    public PortStats Stats => Counters.Snapshot;

    /// <summary>What the kernel does for the port at this moment.</summary>
    public IReadOnlyList<OffloadFeature> Features => [.. OwnFeatures(), new OffloadFeature("arrivals", _arrivals is not null, _noArrivalsBecause), .. _sidecar.Features];

    /// <summary>The same in one line.</summary>
    public string FeatureLine => OffloadFeature.Describe(Name, Features);

    private protected PortCounters Counters { get; }

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch)
    {
        if (!_gate.TryEnter())
        {
            return false;
        }

        var before = batch.Count;
        var isReceived = ReceiveInside(batch, batch.Count + Math.Min(BatchSize, batch.Capacity - batch.Count));
        Counters.AddReceived(batch, before);
        _gate.Leave();
        return isReceived;
    }

    /// <inheritdoc/>
    public bool TryReceiveMarked(PacketBatch batch)
    {
        if (!KeepsMarkedApart || !_gate.TryEnter())
        {
            return false;
        }

        var before = batch.Count;
        if (!_wake.IsRaised)
        {
            _ = _order.DrainMarked(batch, before + Math.Min(BatchSize, batch.Capacity - before));
            // A reader may hold more, which ends no wait.
            _isDrained = false;
            Counters.AddReceived(batch, before);
        }

        _gate.Leave();
        return batch.Count > before;
    }

    /// <inheritdoc/>
    public bool TryJoin(IEntrustedPort other)
    {
        if (other is not TunPort tun || !TryEnter())
        {
            return false;
        }

        var isJoined = tun.TryJoin(_wake);
        Leave();
        return isJoined;
    }

    /// <inheritdoc/>
    public void Part(IEntrustedPort other)
    {
        if (other is TunPort tun && TryEnter())
        {
            tun.Part(_wake);
            Leave();
        }
    }

    /// <inheritdoc/>
    public void Send(PacketBatch batch) => Guard(batch, isClear: false);

    /// <inheritdoc/>
    public void Pass(PacketBatch batch) => Guard(batch, isClear: true);

    /// <inheritdoc/>
    public void Interrupt()
    {
        if (TryEnter())
        {
            _wake.Raise();
            Leave();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Interrupt();
        _gate.Close();
        GC.SuppressFinalize(this);
    }

    private protected bool TryEnter() => _gate.TryEnter();

    private protected void Leave() => _gate.Leave();

    private protected abstract IEnumerable<OffloadFeature> OwnFeatures();

    private protected abstract void SendInside(PacketBatch batch);

    private protected abstract void Release();

    private void Guard(PacketBatch batch, bool isClear)
    {
        if (!_gate.TryEnter())
        {
            Counters.AddSendFailures(PortCounters.PacketsIn(batch, 0));
            return;
        }

        if (isClear)
        {
            _sidecar.Pass(batch);
        }
        else
        {
            SendInside(batch);
        }

        _gate.Leave();
    }

    private bool ReceiveInside(PacketBatch batch, int limit)
    {
        var before = batch.Count;
        LatestArrival = null;
        // What has come beside is among what ends a wait, so until then it costs no look of its own.
        var hasSlept = _lone.AreExpected && _isDrained;
        if (hasSlept && WakeEvent.IsForAnother(AwaitLone()))
        {
            return !_wake.IsRaised;
        }

        while (!_wake.IsRaised)
        {
            var result = _order.Drain(batch, limit);
            _isDrained = result == DrainResult.Empty;
            if (batch.Count > before)
            {
                LatestArrival = _arrivals?.Latest;
            }

            if ((hasSlept && batch.Count == before) || ++_looks % LooksBetween == 0)
            {
                _sidecar.Drain(batch, limit);
            }

            if (batch.Count > before)
            {
                _lone.Count(batch.Count - before, Environment.TickCount64);
                return true;
            }

            switch (result)
            {
                case DrainResult.Empty:
                    if (WakeEvent.IsForAnother(_wake.AwaitReadable()))
                    {
                        return !_wake.IsRaised;
                    }

                    hasSlept = true;
                    break;

                case DrainResult.Starved:
                    _wake.Await(StarvedWait);
                    break;

                case DrainResult.Gone:
                    _wake.Raise();
                    break;

                default:
                    return true;
            }
        }

        return false;
    }

    // Compiled with the rest of a receive: by itself it would be when it is first needed, with the answer to a packet waiting.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint AwaitLone()
    {
        for (var turn = 0; turn < Turns && Meanwhile is { } meanwhile && _wake.IsJoined; turn++)
        {
            if (_wake.AwaitReadable(Turn) is var readable and not 0)
            {
                return readable;
            }

            meanwhile();
        }

        return _wake.AwaitReadable();
    }

    private void ReleaseAll()
    {
        Release();
        _sidecar.Dispose();
        _arrivals?.Dispose();
        _wake.Dispose();
    }
}
