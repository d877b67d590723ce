using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Windows;

/// <summary>The network's side of a capture: what arrives is received, sealed and passed packets are injected outbound, where the stack routes them anew.</summary>
internal sealed class CipherFace(CaptureSettings settings, DivertSender sender, bool sorts, Action left) : CaptureFace("windivert:cipher", settings, sender, sorts, left), ICipherPort
{
    /// <inheritdoc/>
    public void Send(PacketBatch batch) => SendInside(batch, isOutbound: true);

    /// <inheritdoc/>
    public void Pass(PacketBatch batch) => SendInside(batch, isOutbound: true);

    // ESP has an ICV of its own; a UDP sum around it that the card has looked at need not be right any more, and nobody asks.
    private protected override void Prepare(PacketBuffer packet, in WinDivertAddress address)
    {
        if (!address.Has(WinDivertMarks.Checksums) && IpPacketView.TryView(packet.Packet, out var view) && !Sorter.IsProtectedInbound(view))
        {
            CaptureChecksums.Finish(view, address.Marks);
        }
    }

    private protected override bool IsWanted(Span<byte> packet, in WinDivertAddress address, bool isExact) =>
        !IpPacketView.TryView(packet, out var view) || Sorter.IsWantedInbound(view, isExact);
}
