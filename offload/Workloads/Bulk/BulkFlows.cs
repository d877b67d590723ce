using IpsecDp.Workloads.Flows;
using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.Bulk;

/// <summary>Adds a model's bulk flows to a host's plan.</summary>
internal static class BulkFlows
{
    private const int AcknowledgeEvery = 2;
    private const int LargestPacket = 65535;

    public static void AddTo(FlowPlan plan, double weight)
    {
        var bulk = plan.Model.Bulk;
        var flows = new List<FlowEndpoint>(bulk.Flows);
        for (var index = 0; index < bulk.Flows; index++)
        {
            var sender = bulk.IsOneWay || index % 2 == 0 ? HostSide.A : HostSide.B;
            var framing = TcpConnection.Frame(plan, plan.PairOf(index), sender, bulk.ServicePort);
            var shape = Shape(plan.Model, framing);
            var identity = plan.Identity(sender);
            var books = plan.Books(TrafficClass.Bulk, TrafficClass.BulkAck);
            flows.Add(plan.Add(plan.Side == sender
                ? new StreamSender(framing, identity, shape, books)
                : new StreamReceiver(framing, identity, shape, books)));
        }

        plan.Group(weight, flows);
    }

    private static StreamShape Shape(TrafficModel model, TcpFraming framing)
    {
        var bulk = model.Bulk;
        var capacity = framing.RecordCapacity(0);
        var segment = bulk.SegmentSize == 0 ? capacity : Math.Clamp(bulk.SegmentSize, PayloadStamp.Length, capacity);
        var fitting = (LargestPacket - framing.HeaderLength(0)) / segment;
        return new()
        {
            SmallestRecord = segment,
            LargestRecord = segment,
            Window = bulk.Window,
            AcknowledgeEvery = AcknowledgeEvery,
            DelayedAcknowledgment = model.Ticks(model.DelayedAcknowledgment),
            GiveUpAfter = model.Ticks(model.GiveUpAfter),
            RecordsPerPacket = Math.Clamp(bulk.SegmentsPerFrame, 1, Math.Max(1, Math.Min(fitting, bulk.Window / 2))),
        };
    }
}
