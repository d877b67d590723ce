using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>The clear face of a capture; its far side is the host.</summary>
internal sealed class WinDivertClearRig : ClearPortRig
{
    private readonly CaptureRig _rig;
    private readonly RigBuffers _buffers = new();
    private int _drained;

    private WinDivertClearRig(CaptureRig rig)
        : base(rig.Capture.Clear) => _rig = rig;

    public override bool TellsWaiting => true;

    public override int Outstanding => _buffers.Outstanding + _rig.Buffers.Outstanding;

    // The host takes what it is given.
    public override bool RefusesOversize => false;

    public static WinDivertClearRig Create(bool isDouble) => new(CaptureRig.Create(TestPlan.Pair("192.0.2.1", "198.51.100.1"), isDouble));

    public override PacketBuffer Rent(int length) => _buffers.Rent(length);

    public override void Feed(byte[] octets, Segmentation segments = default) => _rig.Kernel.HostSends(octets);

    public override void Send(PacketBatch batch)
    {
        // Where nothing was captured no interface is known, and the driver wants one.
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is { } packet)
            {
                packet.PortMark = (1L << 63) | IpsecDp.TestKit.Divert.DivertKernel.Interface;
            }
        }

        base.Send(batch);
    }

    public override RecordedPacket Drain() => new(_rig.Kernel.Await(isWire: false, _drained++), Segmentation.None);

    protected override void Dispose(bool isDisposing)
    {
        base.Dispose(isDisposing);
        _rig.Dispose();
    }
}
