using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Tells the host by ICMP why its packet goes no further; the message names the packet's destination as its source, the place the host asked for.</summary>
internal sealed class HostErrors(LineContext line, IClearPort clear)
{
    /// <summary>"Fragmentation needed" or "packet too big" with the size that fits (RFC 1191, RFC 4443 §3.2).</summary>
    public void TellTooBig(PacketBuffer packet, int mtu)
    {
        if (IpPacketView.TryView(packet.Packet, out var view) && line.Rent(IcmpErrors.MaximumLength) is { } answer)
        {
            var size = view.Version == IpVersion.V6 ? Math.Max(mtu, PathMtu.FloorV6) : mtu;
            Inject(answer, IcmpErrors.WriteTooBig(view, view.Destination, size, answer.SetLength(IcmpErrors.MaximumLength)));
        }
    }

    /// <summary>"Administratively prohibited" (RFC 1812 §5.2.7.1, RFC 4443 §3.1).</summary>
    public void TellProhibited(PacketBuffer packet)
    {
        if (IpPacketView.TryView(packet.Packet, out var view) && line.Rent(IcmpErrors.MaximumLength) is { } answer)
        {
            Inject(answer, IcmpErrors.WriteProhibited(view, view.Destination, answer.SetLength(IcmpErrors.MaximumLength)));
        }
    }

    private void Inject(PacketBuffer answer, int length)
    {
        using var batch = new PacketBatch(1);
        batch.Add(answer);
        answer.TrimTo(length);
        if (length > 0)
        {
            clear.Inject(batch);
        }
    }
}
