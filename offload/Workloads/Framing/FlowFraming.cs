namespace IpsecDp.Workloads.Framing;

/// <summary>How one flow on one host puts records into packets and takes them out; sequence numbers are those of the first record.</summary>
internal abstract class FlowFraming
{
    /// <summary>The longest packet of one record.</summary>
    public required int PathMtu { get; init; }

    /// <summary>Bits of an acknowledgment's ordinal on the wire.</summary>
    public abstract int OrdinalBits { get; }

    /// <summary>Octets in front of the first record.</summary>
    public abstract int HeaderLength(uint sequence);

    /// <summary>Octets of that header the transport numbers as data: 0 for TCP, session headers for RTP.</summary>
    public abstract int CountedHeaderLength(uint sequence);

    /// <summary>Octets the largest record may have.</summary>
    public int RecordCapacity(uint sequence) => PathMtu - HeaderLength(sequence);

    /// <summary>Writes headers and checksums around records that stand in their place already.</summary>
    /// <param name="packet">The whole packet.</param>
    /// <param name="sequence">Number of the first record.</param>
    /// <param name="position">Offset of the first data octet in this direction.</param>
    /// <param name="acknowledged">Octets received of the other direction.</param>
    /// <param name="packets">Records, when the packet is a superframe.</param>
    public abstract void Enclose(Span<byte> packet, uint sequence, uint position, uint acknowledged, int packets);

    /// <summary>Writes a packet that only acknowledges and gives its length.</summary>
    public abstract int WriteAcknowledgment(Span<byte> packet, uint ordinal, uint position, uint acknowledged);

    /// <summary>Whether the packet belongs to this flow, by addresses and ports.</summary>
    public abstract bool IsOwnerOf(in Arrival arrival);

    /// <summary>Verifies checksums and headers and finds the records; false for anything the other host would not have written.</summary>
    public abstract bool TryOpen(in Arrival arrival, out OpenedSegment segment);
}
