using System.Buffers.Binary;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Workloads.Framing;

/// <summary>Records as segments of a TCP connection (RFC 9293) taken for established; bare acknowledgments carry their ordinal in the TSval of a timestamps option (RFC 7323).</summary>
internal sealed class TcpFraming(Envelope envelope, uint initialSequence, uint initialAcknowledgment) : FlowFraming
{
    private const ushort ReceiveWindow = 0xFFFF;
    private const int TimestampsLength = 12;
    private const uint TimestampsHead = 0x0101080A;

    public override int OrdinalBits => 32;

    public override int HeaderLength(uint sequence) => envelope.IpHeaderLength + TcpView.MinimumHeaderLength;

    public override int CountedHeaderLength(uint sequence) => 0;

    public override void Enclose(Span<byte> packet, uint sequence, uint position, uint acknowledged, int packets)
    {
        envelope.WriteIpHeader(packet, packets);
        WriteSegment(packet[envelope.IpHeaderLength..], TcpView.MinimumHeaderLength, TcpView.Ack | TcpView.Psh, position, acknowledged);
    }

    public override int WriteAcknowledgment(Span<byte> packet, uint ordinal, uint position, uint acknowledged)
    {
        const int HeaderWithOptions = TcpView.MinimumHeaderLength + TimestampsLength;
        var whole = packet[..(envelope.IpHeaderLength + HeaderWithOptions)];
        envelope.WriteIpHeader(whole);
        var segment = whole[envelope.IpHeaderLength..];
        var options = segment[TcpView.MinimumHeaderLength..];
        BinaryPrimitives.WriteUInt32BigEndian(options, TimestampsHead);
        BinaryPrimitives.WriteUInt32BigEndian(options[4..], ordinal);
        BinaryPrimitives.WriteUInt32BigEndian(options[8..], 0);
        WriteSegment(segment, HeaderWithOptions, TcpView.Ack, position, acknowledged);
        return whole.Length;
    }

    public override bool IsOwnerOf(in Arrival arrival) => envelope.IsOwnerOf(arrival);

    public override bool TryOpen(in Arrival arrival, out OpenedSegment segment)
    {
        segment = default;
        if (!envelope.IsIntact(arrival) || !TcpView.TryView(arrival.Transport, out var tcp) || !HasOwnBits(tcp))
        {
            return false;
        }

        var position = tcp.Sequence - initialAcknowledgment;
        var acknowledged = tcp.Acknowledgment - initialSequence;
        if (!tcp.Payload.IsEmpty)
        {
            segment = new(tcp.Payload, position, acknowledged);
            return tcp.Flags == (TcpView.Ack | TcpView.Psh) && tcp.Options.IsEmpty;
        }

        var options = tcp.Options;
        if (tcp.Flags != TcpView.Ack || options.Length != TimestampsLength || BinaryPrimitives.ReadUInt32BigEndian(options) != TimestampsHead)
        {
            return false;
        }

        segment = new(default, position, acknowledged) { IsAcknowledgment = true, AcknowledgmentOrdinal = BinaryPrimitives.ReadUInt32BigEndian(options[4..]) };
        return true;
    }

    private static bool HasOwnBits(in TcpView tcp) => tcp.Window == ReceiveWindow && tcp.UrgentPointer == 0 && (tcp.Octets[12] & 0x0F) == 0;

    private void WriteSegment(Span<byte> segment, int headerLength, int flags, uint position, uint acknowledged)
    {
        BinaryPrimitives.WriteUInt16BigEndian(segment, envelope.LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], envelope.RemotePort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], initialSequence + position);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], initialAcknowledgment + acknowledged);
        segment[12] = (byte)(headerLength / 4 << 4);
        segment[TcpView.FlagsAt] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], ReceiveWindow);
        BinaryPrimitives.WriteUInt32BigEndian(segment[TcpView.ChecksumAt..], 0);
        if (TcpView.TryView(segment, out var tcp))
        {
            tcp.UpdateChecksum(envelope.Local, envelope.Remote);
        }
    }
}
