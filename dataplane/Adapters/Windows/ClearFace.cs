using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Windows;

/// <summary>The host's side of a capture: clear packets on their way out are received, opened ones are injected inbound.</summary>
internal sealed class ClearFace(CaptureSettings settings, DivertSender sender, Action left) : CaptureFace("windivert:clear", settings, sender, sorts: true, left), IClearPort
{
    /// <summary>Windows shows a datagram whole, before it would cut it for its link.</summary>
    public bool ComesBeforeFragmenting { get; } = true;

    /// <inheritdoc/>
    public void Inject(PacketBatch batch)
    {
        foreach (var buffer in batch.Slots)
        {
            if (buffer is { Trail.Depth: > 0 } && IpPacketView.TryView(buffer.Packet, out var packet))
            {
                MaximumSegmentSize.TryClamp(packet, ProtectedMtu);
            }
        }

        SendInside(batch, isOutbound: false);
    }

    private protected override void Prepare(PacketBuffer packet, in WinDivertAddress address)
    {
        if (!IpPacketView.TryView(packet.Packet, out var view))
        {
            return;
        }

        CaptureChecksums.Finish(view, address.Marks);
        MaximumSegmentSize.TryClamp(view, ProtectedMtu);
        if (view.Octets.Length > Mtu && view.Protocol == IpProtocol.Tcp && SegmentSplitter.TryReadHeaderLength(packet.Packet, out var headerLength))
        {
            // More than the link carries is what the network card was to cut into segments.
            packet.Segments = new Segmentation(SegmentKind.Tcp, (ushort)(ProtectedMtu - headerLength), (ushort)headerLength, IsChecksumMissing: true);
        }
    }

    private protected override bool IsWanted(Span<byte> packet, in WinDivertAddress address, bool isExact)
    {
        var isImpostor = address.Has(WinDivertMarks.Impostor);
        if ((isExact && !isImpostor) || !IpPacketView.TryView(packet, out var view))
        {
            return true;
        }

        // What another driver gives back of ours would be sealed for ever.
        return !(isImpostor && Sorter.IsProtectedOutbound(view)) && (isExact || Sorter.IsWantedOutbound(view));
    }
}
