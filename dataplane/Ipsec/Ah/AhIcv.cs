using System.Buffers.Binary;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Ipsec.Ah;

/// <summary>Signs or verifies a packet whose AH is in place: mutable fields and ICV are zeroed, the octets covered, and everything put back.</summary>
internal static class AhIcv
{
    /// <summary>Octets the high half of an extended number takes behind the packet while it is covered.</summary>
    public const int NumberRoom = 4;

    private const int LongestIcv = 64;

    /// <summary>Computes the ICV and writes it into the header.</summary>
    public static bool TrySign(PacketBuffer buffer, SaModel model, SaTransform transform, ulong sequence, int ahAt)
    {
        Span<byte> icv = stackalloc byte[LongestIcv];
        icv = icv[..transform.Mac.IcvLength];
        // RFC 4543 §4: GMAC covers its own IV, which stands in the field while the tag behind it is zero.
        transform.Mac.WriteIv(buffer.Packet.Slice(ahAt + AhView.FixedLength, icv.Length), sequence);
        if (!TryCover(buffer, model, transform, sequence, ahAt, icv, isSigning: true))
        {
            return false;
        }

        icv.CopyTo(buffer.Packet[(ahAt + AhView.FixedLength)..]);
        return true;
    }

    /// <summary>Whether the header's ICV is right; the packet is as it was before.</summary>
    public static bool Verify(PacketBuffer buffer, SaModel model, SaTransform transform, ulong sequence, int ahAt)
    {
        Span<byte> icv = stackalloc byte[LongestIcv];
        icv = icv[..transform.Mac.IcvLength];
        var field = buffer.Packet.Slice(ahAt + AhView.FixedLength, icv.Length);
        field.CopyTo(icv);
        field[transform.Mac.IvLength..].Clear();
        var isRight = TryCover(buffer, model, transform, sequence, ahAt, icv, isSigning: false);
        icv.CopyTo(field);
        return isRight;
    }

    private static bool TryCover(PacketBuffer buffer, SaModel model, SaTransform transform, ulong sequence, int ahAt, Span<byte> icv, bool isSigning)
    {
        if (ahAt > MutableFields.MaximumHeaders || buffer.RoomBehind < NumberRoom || !IpPacketView.TryView(buffer.Packet, out var packet))
        {
            return false;
        }

        Span<byte> saved = stackalloc byte[MutableFields.MaximumHeaders];
        var headers = buffer.Packet[..ahAt];
        headers.CopyTo(saved);
        var isDone = MutableFields.TryZero(packet, ahAt);
        if (isDone)
        {
            var covered = buffer.Memory.AsSpan(buffer.Offset, buffer.Length + (model.ExtendedSequenceNumbers ? NumberRoom : 0));
            if (model.ExtendedSequenceNumbers)
            {
                // RFC 4302 §2.5.1: the high half is covered as if it stood behind the packet, and is not sent.
                BinaryPrimitives.WriteUInt32BigEndian(covered[^NumberRoom..], (uint)(sequence >> 32));
            }

            if (isSigning)
            {
                transform.Mac.Sign(covered, sequence, icv);
            }
            else
            {
                isDone = transform.Mac.Verify(covered, icv);
            }
        }

        saved[..ahAt].CopyTo(headers);
        return isDone;
    }
}
