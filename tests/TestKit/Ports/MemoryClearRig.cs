using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;

namespace IpsecDp.TestKit.Ports;

/// <summary>A memory clear port, possibly wrapped, with a recorded host.</summary>
public sealed class MemoryClearRig : ClearPortRig
{
    private readonly MemoryClearPort _memory;
    private readonly PacketRecorder _host;
    private readonly RigBuffers _buffers = new();

    /// <summary>A rig around <paramref name="memory"/> whose port under test is <paramref name="wrap"/> of it.</summary>
    public MemoryClearRig(MemoryClearPort memory, Func<IClearPort, IClearPort> wrap)
        : base(wrap(memory))
    {
        _memory = memory;
        _host = new PacketRecorder(memory.HostReceive, memory.HostInterrupt);
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
        _memory.HostSend(batch);
    }

    /// <inheritdoc/>
    public override RecordedPacket Drain() => _host.Take();

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing)
    {
        base.Dispose(isDisposing);
        _host.Dispose();
    }
}
