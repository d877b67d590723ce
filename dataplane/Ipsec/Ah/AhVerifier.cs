using IpsecDp.Ipsec.Esp;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Ipsec.Ah;

/// <summary>Verifies a packet's authentication header and takes it off (RFC 4302 §3.4).</summary>
internal static class AhVerifier
{
    /// <summary>Opens the packet; <paramref name="ahAt"/> is where AH starts in it.</summary>
    public static DropReason Open(PacketBuffer buffer, InboundSa sa, ulong sequence, int ahAt)
    {
        var model = sa.Model;
        if (!AhView.TryView(buffer.Packet[ahAt..], out var ah))
        {
            return DropReason.Malformed;
        }

        // The length is the SA's, not the sender's to choose (RFC 4302 §2.2).
        var length = ah.HeaderLength;
        if (length != AhGeometry.HeaderLength(model) || !AhIcv.Verify(buffer, model, sa.Transform, sequence, ahAt))
        {
            return DropReason.IntegrityFailed;
        }

        var nextHeader = ah.NextHeader;
        if (nextHeader == IpProtocol.NoNextHeader)
        {
            return DropReason.Dummy;
        }

        if (!IpPacketView.TryView(buffer.Packet, out var outer))
        {
            return DropReason.Malformed;
        }

        return model.Mode == SaMode.Tunnel
            ? EspOpener.UnwrapTunnel(buffer, model, outer.Tos, ahAt + length, nextHeader)
            : EspOpener.JoinHeader(buffer, outer.Version, ahAt, outer.ProtocolFieldAt, ahAt + length, nextHeader);
    }
}
