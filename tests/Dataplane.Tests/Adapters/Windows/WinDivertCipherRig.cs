using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>The cipher face of a capture; its far side is the network.</summary>
internal sealed class WinDivertCipherRig : CipherPortRig
{
    private readonly CaptureRig _rig;
    private readonly RigBuffers _buffers = new();
    private int _drained;

    private WinDivertCipherRig(CaptureRig rig)
        : base(rig.Capture.Cipher) => _rig = rig;

    public override bool TellsWaiting => true;

    public override int Outstanding => _buffers.Outstanding + _rig.Buffers.Outstanding;

    public static WinDivertCipherRig Create(bool isDouble, bool sorts = false) =>
        new(CaptureRig.Create(TestPlan.Pair("198.51.100.1", "192.0.2.1", udpPort: 4097), isDouble, options => options with { SortsArrivals = sorts }));

    public override PacketBuffer Rent(int length) => _buffers.Rent(length);

    // DF, or a packet above the MTU would be the stack's to cut.
    public override byte[] MakePacket(int number, int length)
    {
        var packet = base.MakePacket(number, length);
        Assert.True(Ipv4View.TryView(packet, out var view));
        view.FragmentWord = 0x4000;
        view.UpdateChecksum();
        return packet;
    }

    public override void Feed(byte[] octets, Segmentation segments = default) => _rig.Kernel.WireBrings(octets);

    public override RecordedPacket Drain() => new(_rig.Kernel.Await(isWire: true, _drained++), Segmentation.None);

    protected override void Dispose(bool isDisposing)
    {
        base.Dispose(isDisposing);
        _rig.Dispose();
    }
}
