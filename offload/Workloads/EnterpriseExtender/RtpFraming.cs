using System.Buffers.Binary;
using IpsecDp.Wire.Transport;
using IpsecDp.Workloads.Framing;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>Records as data of an RTP connection in UI frames on the port of its priority; acknowledgments as status on the network port.</summary>
/// <remarks>What arrives is compared octet by octet with the headers this end would have written for the same record, so nothing in front of a record can be damaged unseen.</remarks>
internal sealed class RtpFraming(Envelope data, Envelope network, RtpConnection connection, HostSide side) : FlowFraming
{
    private const int TransportAt = LlcFrame.HeaderLength + NetworkLength;
    private const int NetworkLength = 6;
    private const int StatusLength = TransportHeader.MinimumLength + StatusSegment.Length + RateSegment.Length;
    private const int MostHeaders = 96;

    private static ReadOnlySpan<byte> Labels => [0x81, 0xA2];

    /// <summary>Where the connection's identifier stands in the UDP payload.</summary>
    public static int ConnectionIdAt => TransportAt;

    public override int OrdinalBits => 16;

    private int PreambleLength => data.IpHeaderLength + UdpView.HeaderLength;

    private HostSide Peer => side == HostSide.A ? HostSide.B : HostSide.A;

    public override int HeaderLength(uint sequence) => PreambleLength + FrameHeaderLength(sequence);

    public override int CountedHeaderLength(uint sequence) => IsStartOfMessage(sequence) ? PreludeLength : 0;

    public override void Enclose(Span<byte> packet, uint sequence, uint position, uint acknowledged, int packets)
    {
        var frame = packet[PreambleLength..];
        WriteFrame(frame, frame.Length, sequence, position, side);
        data.EncloseDatagram(packet);
    }

    public override int WriteAcknowledgment(Span<byte> packet, uint ordinal, uint position, uint acknowledged)
    {
        var whole = packet[..(PreambleLength + TransportAt + StatusLength)];
        WriteStatus(whole[PreambleLength..], (ushort)ordinal, acknowledged, position, side);
        network.EncloseDatagram(whole);
        return whole.Length;
    }

    public override bool IsOwnerOf(in Arrival arrival) => data.IsOwnerOf(arrival) || network.IsOwnerOf(arrival);

    public override bool TryOpen(in Arrival arrival, out OpenedSegment segment)
    {
        segment = default;
        if (data.IsOwnerOf(arrival))
        {
            return data.IsIntact(arrival) && TryOpenData(arrival.Payload, out segment);
        }

        return network.IsIntact(arrival) && TryOpenStatus(arrival.Payload, out segment);
    }

    private bool TryOpenData(ReadOnlySpan<byte> frame, out OpenedSegment segment)
    {
        segment = default;
        if (frame.Length < TransportAt || !TransportHeader.TryView(frame[TransportAt..], out var transport))
        {
            return false;
        }

        var isFirstOfMessage = (transport.Flags & TransportHeader.StartOfMessage) != 0;
        var recordsAt = TransportAt + transport.Length + (isFirstOfMessage ? PreludeLength : 0);
        if (recordsAt > MostHeaders || frame.Length < recordsAt + sizeof(ulong))
        {
            return false;
        }

        // The record's own number, second word of its stamp, says which headers belong in front of it.
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(frame[(recordsAt + 4)..]);
        var position = transport.ByteSequence - connection.InitialSequence(Peer);
        if (FrameHeaderLength(sequence) != recordsAt)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[MostHeaders];
        WriteFrame(expected, frame.Length, sequence, position, Peer);
        segment = new(frame[recordsAt..], position, 0) { CountedHeaderLength = CountedHeaderLength(sequence) };
        return frame[..recordsAt].SequenceEqual(expected[..recordsAt]);
    }

    private bool TryOpenStatus(ReadOnlySpan<byte> frame, out OpenedSegment segment)
    {
        segment = default;
        if (frame.Length != TransportAt + StatusLength
            || !TransportHeader.TryView(frame[TransportAt..], out var transport)
            || !StatusSegment.TryView(transport.Segments, out var status))
        {
            return false;
        }

        var acknowledged = status.ReceivedSequence - connection.InitialSequence(side);
        Span<byte> expected = stackalloc byte[TransportAt + StatusLength];
        WriteStatus(expected, status.ReportNumber, acknowledged, transport.ByteSequence - connection.InitialSequence(Peer), Peer);
        segment = new(default, 0, acknowledged) { IsAcknowledgment = true, AcknowledgmentOrdinal = status.ReportNumber };
        return frame.SequenceEqual(expected);
    }

    private int PreludeLength => connection.IsRouteSetup ? RouteSetupVariable.HeaderLength : SessionHeader.Length;

    private int FrameHeaderLength(uint sequence) =>
        TransportAt
        + TransportHeader.MinimumLength
        + (IsSetup(sequence) ? ConnectionSetupSegments.Length : 0)
        + CountedHeaderLength(sequence);

    private bool IsSetup(uint sequence) => sequence == 0 && !connection.IsRouteSetup;

    private bool IsStartOfMessage(uint sequence) => sequence % (uint)connection.PacketsPerMessage == 0;

    private bool IsEndOfMessage(uint sequence) => sequence % (uint)connection.PacketsPerMessage == (uint)connection.PacketsPerMessage - 1;

    private void WriteFrame(Span<byte> frame, int frameLength, uint sequence, uint position, HostSide sender)
    {
        LlcFrame.Write(frame, LlcControl.UnnumberedInformation, isResponse: false);
        var mode = connection.IsRouteSetup ? SwitchingMode.FunctionRouting : SwitchingMode.AutomaticNetworkRouting;
        NetworkHeader.Write(frame[LlcFrame.HeaderLength..], mode, connection.Priority, connection.Priority == TransmissionPriority.Network, Labels);

        var transport = frame[TransportAt..];
        var segments = IsSetup(sequence) ? ConnectionSetupSegments.Length : 0;
        var length = TransportHeader.MinimumLength + segments;
        var dataLength = frameLength - TransportAt - length;
        var indicators = segments > 0 ? TransportHeader.OptionalSegmentsPresent : (byte)0;
        TransportHeader.Write(transport, connection.ConnectionId(sender), FlagsOf(sequence), indicators, length, dataLength, connection.InitialSequence(sender) + position);
        if (segments > 0)
        {
            ConnectionSetupSegments.Write(transport[TransportHeader.MinimumLength..], connection.ConnectionId(sender));
        }

        if (IsStartOfMessage(sequence))
        {
            WritePrelude(transport[length..], sequence, dataLength);
        }
    }

    private byte FlagsOf(uint sequence)
    {
        var flags = IsSetup(sequence) ? TransportHeader.ConnectionSetup : 0;
        flags |= IsStartOfMessage(sequence) ? TransportHeader.StartOfMessage : 0;
        flags |= IsEndOfMessage(sequence) ? TransportHeader.EndOfMessage : 0;
        flags |= connection.StatusEvery > 0 && sequence % (uint)connection.StatusEvery == (uint)connection.StatusEvery - 1 ? TransportHeader.StatusRequested : 0;
        return (byte)flags;
    }

    private void WritePrelude(Span<byte> prelude, uint sequence, int dataLength)
    {
        if (connection.IsRouteSetup)
        {
            RouteSetupVariable.Write(prelude, dataLength);
            return;
        }

        SessionHeader.Write(prelude, (ushort)(sequence / (uint)connection.PacketsPerMessage), connection.SessionAddress);
    }

    private void WriteStatus(Span<byte> frame, ushort report, uint acknowledged, uint position, HostSide sender)
    {
        var receiver = sender == HostSide.A ? HostSide.B : HostSide.A;
        LlcFrame.Write(frame, LlcControl.UnnumberedInformation, isResponse: false);
        NetworkHeader.Write(frame[LlcFrame.HeaderLength..], SwitchingMode.AutomaticNetworkRouting, TransmissionPriority.Network, isTimeSensitive: true, Labels);
        var transport = frame[TransportAt..];
        TransportHeader.Write(transport, connection.ConnectionId(sender), 0, TransportHeader.OptionalSegmentsPresent, StatusLength, 0, connection.InitialSequence(sender) + position);
        StatusSegment.Write(transport[TransportHeader.MinimumLength..], report, connection.InitialSequence(receiver) + acknowledged);
        RateSegment.Write(transport[(TransportHeader.MinimumLength + StatusSegment.Length)..], report, acknowledged, report);
    }
}
