using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Gives the host packets the kernel holds nothing for: whole, by a raw socket, over the loopback, with a mark that the rules let in there and drop on every other way.</summary>
/// <remarks>The route of a local address is its own input route, so no filter of reverse paths asks where the source belongs. Packets for other hosts do not get through.</remarks>
internal sealed class LoopbackInjector(int mark, PortBuffers buffers, PortCounters counters) : IDisposable
{
    private readonly RawPair _raw = new(mark, buffers, counters);

    /// <summary>Gives slots <paramref name="start"/> to <paramref name="end"/>.</summary>
    public void Send(PacketBatch batch, int start, int end)
    {
        var (packets, octets) = (0L, 0L);
        for (var i = start; i < end; i++)
        {
            if (batch[i] is { Segments.Kind: SegmentKind.Tcp } superframe)
            {
                packets -= PortCounters.PacketsIn(superframe);
                octets -= PortCounters.OctetsIn(superframe);
                Enlarge(superframe);
                packets += PortCounters.PacketsIn(superframe);
                octets += PortCounters.OctetsIn(superframe);
            }
        }

        _raw.Send(batch, start, end);
        // What the sender counts is what the superframes were enlarged to.
        counters.AddSent(-packets, -octets);
    }

    public void Dispose() => _raw.Dispose();

    // The loopback carries what an IP header can count, so the segments there may be larger than any link's.
    private static void Enlarge(PacketBuffer superframe)
    {
        var segments = superframe.Segments;
        var size = (OpenedRun.LongestGathered - segments.HeaderLength) / Math.Max((int)segments.Size, 1) * segments.Size;
        if (superframe.Length > OpenedRun.LongestGathered)
        {
            superframe.Segments = size > 0 ? segments with { Size = (ushort)size } : segments;
        }
        else if (IpLengthField.TrySet(superframe.Packet, (IpVersion)(superframe.Packet[0] >> 4))
            && IpPacketView.TryView(superframe.Packet, out var view)
            && TransportChecksum.TryUpdate(view))
        {
            superframe.Segments = Segmentation.None;
        }
    }
}
