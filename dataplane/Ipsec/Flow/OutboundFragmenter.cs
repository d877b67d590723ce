using System.Runtime.CompilerServices;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Cuts packets that exceed the path: before sealing where a tunnel carries the pieces (RFC 4301 §7), else after it (RFC 4303 §3.3.4).</summary>
internal static class OutboundFragmenter
{
    private static int _identification;

    /// <summary>Divides a clear packet into fragments of at most <paramref name="mtu"/> octets, each sealed by itself; the packet is consumed.</summary>
    public static void Divide(PacketBuffer packet, int mtu, LineContext line, OutboundTurn turn, OutboundBundle bundle)
    {
        IpPacketView.TryView(packet.Packet, out var view);
        var identification = NextIdentification(view);
        var count = IpFragmenter.Count(view, mtu);
        if (count == 0)
        {
            line.Drops.Count(DropReason.TooBig);
        }

        for (var index = 0; index < count; index++)
        {
            if (line.Rent(mtu) is not { } piece)
            {
                line.Drops.Count(DropReason.NoBuffer);
                continue;
            }

            piece.TrimTo(IpFragmenter.Write(view, mtu, index, identification, piece.SetLength(mtu)));
            turn.Group(piece, bundle);
        }

        packet.Return();
    }

    /// <summary>Replaces each sealed packet over the MTU by its fragments, in place and order.</summary>
    public static void Fragment(PacketBatch packets, int mtu, ICipherPort cipher, LineContext line)
    {
        if (cipher.FragmentsItself || !IsAnyOver(packets, mtu))
        {
            return;
        }

        // The exception on the line: only here a batch is made anew.
        using var pieces = new PacketBatch(packets.Capacity);
        for (var i = 0; i < packets.Count; i++)
        {
            if (packets.Take(i) is not { } packet)
            {
                continue;
            }

            // What is still too large was admitted knowingly: an IPv6 packet of 1280 octets over a smaller path (RFC 8200 §5), or a path that has just shrunk.
            if (!IsOver(packet, mtu) || !IpPacketView.TryView(packet.Packet, out var view))
            {
                Append(packet, pieces, cipher);
                continue;
            }

            var identification = NextIdentification(view);
            var count = IpFragmenter.Count(view, mtu);
            if (count == 0)
            {
                line.Drops.Count(DropReason.TooBig);
            }

            for (var index = 0; index < count; index++)
            {
                if (line.Rent(mtu) is { } piece)
                {
                    piece.TrimTo(IpFragmenter.Write(view, mtu, index, identification, piece.SetLength(mtu)));
                    Append(piece, pieces, cipher);
                }
                else
                {
                    line.Drops.Count(DropReason.NoBuffer);
                }
            }

            packet.Return();
        }

        packets.Clear();
        cipher.Send(pieces);
    }

    private static void Append(PacketBuffer packet, PacketBatch pieces, ICipherPort cipher)
    {
        if (pieces.IsFull)
        {
            cipher.Send(pieces);
            pieces.Clear();
        }

        pieces.Add(packet);
    }

    // The packets of a cipher superframe were admitted because they fit; a path that shrank since refuses them and says so.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsOver(PacketBuffer packet, int mtu) => packet.Length > mtu && packet.Segments.Kind == SegmentKind.None;

    private static bool IsAnyOver(PacketBatch packets, int mtu)
    {
        foreach (var slot in packets.Slots)
        {
            if (slot is { } packet && IsOver(packet, mtu))
            {
                return true;
            }
        }

        return false;
    }

    private static uint NextIdentification(in IpPacketView view) =>
        view.Version == IpVersion.V4 && view.Identification != 0 ? view.Identification : (uint)Interlocked.Increment(ref _identification);
}
