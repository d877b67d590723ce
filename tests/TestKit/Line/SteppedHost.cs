using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.TestKit.Line;

/// <summary>One data plane without threads: a test gives it packets and looks at what comes out, step by step.</summary>
public sealed class SteppedHost : IDisposable
{
    // What arrives lies in buffers of the test's own, so that the line's may be few.
    private readonly BufferPool _arriving = new(BufferPool.PacketCapacity, 4096);
    private readonly BufferPool _arrivingSuperframes = new(BufferPool.SuperframeCapacity, 256);
    private readonly BufferPool _packets;
    private readonly BufferPool _superframes;
    private readonly LineForm _form;

    /// <summary>A host whose link carries packets of <paramref name="mtu"/> octets.</summary>
    public SteppedHost(int mtu = 1500, params IReadOnlyList<ICryptoEngine> engines)
        : this(mtu, 4096, 256, engines)
    {
    }

    /// <summary>A host of one form, whatever the run's.</summary>
    public SteppedHost(LineForm form, int mtu = 1500)
        : this(form, mtu, 4096, 256)
    {
    }

    /// <summary>A host whose line has so many buffers beside those that packets arrive in.</summary>
    public SteppedHost(int mtu, int packets, int superframes, params IReadOnlyList<ICryptoEngine> engines)
        : this(LineForm.OfThisRun, mtu, packets, superframes, engines)
    {
    }

    private SteppedHost(LineForm form, int mtu, int packets, int superframes, params IReadOnlyList<ICryptoEngine> engines)
    {
        _form = form;
        _packets = new BufferPool(BufferPool.PacketCapacity, packets);
        _superframes = new BufferPool(BufferPool.SuperframeCapacity, superframes);
        var ledger = new CpuLedger();
        Clear = new RecordingPort(mtu, form) { Settle = Settle };
        Cipher = new RecordingPort(mtu, form) { Settle = Settle };
        Pool = new EnginePool(new EnginePoolModel { Engines = form.Engines, Rule = form.IsPatient ? new NeedHelpRule { AlternateWait = TimeSpan.FromHours(1) } : new NeedHelpRule() }, ledger);
        Plane = new DataPlane(new DataPlaneOptions
        {
            Name = "stepped",
            ClearPorts = [Clear],
            CipherPorts = [Cipher],
            Pool = Pool,
            Crypto = new CryptoEngines(engines.Count == 0 ? [new SimdEngine(), new PlatformEngine()] : engines),
            Ledger = ledger,
            Packets = _packets,
            Superframes = _superframes,
            Events = Events,
            Time = Clock,
        });
    }

    /// <summary>The data plane.</summary>
    public DataPlane Plane { get; }

    /// <summary>Its engines.</summary>
    public EnginePool Pool { get; }

    /// <summary>What the host was given.</summary>
    public RecordingPort Clear { get; }

    /// <summary>What the network was given.</summary>
    public RecordingPort Cipher { get; }

    /// <summary>What control was told.</summary>
    public RecordedEvents Events { get; } = new();

    /// <summary>The data plane's clock.</summary>
    public ManualClock Clock { get; } = new();

    /// <summary>Buffers that are out; 0 between steps unless fragments or held packets wait.</summary>
    public int Outstanding
    {
        get
        {
            Settle();
            return InHand;
        }
    }

    private int InHand => _packets.Outstanding + _superframes.Outstanding + _arriving.Outstanding + _arrivingSuperframes.Outstanding;

    /// <summary>Jobs that an exception ended.</summary>
    public long Faulted => Pool.Snapshot().Faulted;

    /// <summary>Packets dropped for a reason so far.</summary>
    public long Dropped(DropReason reason) => Plane.Snapshot().Drops.GetValueOrDefault(reason);

    /// <summary>All packets dropped so far.</summary>
    public long DroppedInAll => Plane.Snapshot().Drops.Values.Sum();

    /// <summary>The host sends packets in one batch; returns what left for the network.</summary>
    public IReadOnlyList<byte[]> Send(params IReadOnlyList<byte[]> packets)
    {
        using var batch = Fill(_form.OfHost(packets));
        Plane.AdmitOutbound(batch);
        return Cipher.Take();
    }

    /// <summary>The host sends one superframe.</summary>
    public IReadOnlyList<byte[]> SendSuperframe(byte[] packet, Segmentation segments)
    {
        using var batch = Fill([new Frame(packet, segments)]);
        Plane.AdmitOutbound(batch);
        return Cipher.Take();
    }

    /// <summary>Packets arrive from the network in one batch; returns what the host was given.</summary>
    public IReadOnlyList<byte[]> Receive(params IReadOnlyList<byte[]> packets)
    {
        using var batch = Fill(_form.OfNetwork(packets, Disguised));
        Plane.AdmitInbound(batch);
        return Clear.Take();
    }

    /// <summary>The host sends packets and superframes in one batch; returns what left for the network.</summary>
    public IReadOnlyList<Frame> SendFrames(params IReadOnlyList<Frame> frames)
    {
        using var batch = Fill(frames);
        Plane.AdmitOutbound(batch);
        return Cipher.TakeFrames();
    }

    /// <summary>Packets and superframes arrive from the network in one batch; returns what the host was given.</summary>
    public IReadOnlyList<Frame> ReceiveFrames(params IReadOnlyList<Frame> frames)
    {
        using var batch = Fill(frames);
        Plane.AdmitInbound(batch);
        return Clear.TakeFrames();
    }

    /// <summary>The host gives the line a batch; what leaves may leave later.</summary>
    public void OfferOutbound(params IReadOnlyList<Frame> frames)
    {
        using var batch = Fill(frames);
        Plane.AdmitOutbound(batch);
    }

    /// <summary>The network gives the line a batch; what the host is given may come later.</summary>
    public void OfferInbound(params IReadOnlyList<Frame> frames)
    {
        using var batch = Fill(frames);
        Plane.AdmitInbound(batch);
    }

    /// <summary>The maintenance of one second.</summary>
    public void Tick() => Plane.Tick();

    /// <inheritdoc/>
    public void Dispose()
    {
        Plane.Dispose();
        Pool.Dispose();
    }

    private SaMode? Disguised(uint spi) => Plane.Associations.TryFind(SaProtocol.Esp, spi, out var sa) && sa.Model.Encapsulation?.LocalPort == Disguise.Port ? sa.Model.Mode : null;

    // An engine may still be at it; without engines everything is done when the admission is.
    private void Settle()
    {
        for (var spin = default(SpinWait); _form.Engines > 0 && !Plane.IsIdle;)
        {
            spin.SpinOnce();
        }
    }

    private PacketBatch Fill(IReadOnlyList<Frame> frames)
    {
        var batch = new PacketBatch(Math.Max(1, frames.Count));
        foreach (var (octets, segments) in frames)
        {
            var buffer = (octets.Length <= _arriving.Capacity ? _arriving : _arrivingSuperframes).TryRent() ?? throw new InvalidOperationException("the test uses more buffers than there are");
            octets.CopyTo(buffer.SetLength(octets.Length));
            buffer.Segments = segments;
            batch.Add(buffer);
        }

        return batch;
    }
}
