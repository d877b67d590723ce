using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.Flows;

/// <summary>Takes in what a <see cref="PeriodicSender"/> sends and owes nothing for it.</summary>
internal sealed class PeriodicReceiver(FlowFraming framing, FlowIdentity flow, FlowBooks books) : FlowEndpoint
{
    private readonly RecordReader _reader = new(flow, books);

    public override bool IsIdle => true;

    public override long DueAt => long.MaxValue;

    public override int TryWrite(Span<byte> packet, long now, out FlowTag tag)
    {
        tag = default;
        return 0;
    }

    public override bool IsOwnerOf(in Arrival arrival) => framing.IsOwnerOf(arrival);

    public override ArrivalVerdict Receive(in Arrival arrival, long now) =>
        framing.TryOpen(arrival, out var segment) && !segment.IsAcknowledgment
            ? _reader.Read(segment, arrival.Length, now)
            : books.Data.Book(ArrivalVerdict.Corrupted, arrival.Length);
}
