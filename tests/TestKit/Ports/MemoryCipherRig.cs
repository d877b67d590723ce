using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;

namespace IpsecDp.TestKit.Ports;

/// <summary>One end of a memory link, possibly wrapped, with the other end recorded.</summary>
public sealed class MemoryCipherRig : CipherPortRig
{
    private readonly MemoryCipherPort _farEnd;
    private readonly PacketRecorder _recorder;
    private readonly RigBuffers _buffers = new();

    /// <summary>A rig over a link whose port under test is <paramref name="wrap"/> of its first end.</summary>
    public MemoryCipherRig((MemoryCipherPort A, MemoryCipherPort B) link, Func<ICipherPort, ICipherPort> wrap)
        : base(wrap(link.A))
    {
        _farEnd = link.B;
        _recorder = new PacketRecorder(link.B.Receive, link.B.Interrupt);
    }

    /// <inheritdoc/>
    public override int Outstanding => _buffers.Outstanding;

    /// <inheritdoc/>
    public override bool CarriesSuperframes => true;

    /// <inheritdoc/>
    public override PacketBuffer Rent(int length) => _buffers.Rent(length);

    /// <inheritdoc/>
    public override void Feed(byte[] octets, Segmentation segments = default)
    {
        using var batch = new PacketBatch(1);
        batch.Add(_buffers.Fill(octets, segments));
        _farEnd.Send(batch);
    }

    /// <inheritdoc/>
    public override RecordedPacket Drain() => _recorder.Take();

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing)
    {
        base.Dispose(isDisposing);
        _recorder.Dispose();
        _farEnd.Dispose();
    }
}
