using IpsecDp.Workloads.Flows;
using IpsecDp.Workloads.Framing;

namespace IpsecDp.Workloads.Interactive;

/// <summary>Adds a model's interactive flows to a host's plan.</summary>
internal static class InteractiveFlows
{
    public static void AddTo(FlowPlan plan, double weight)
    {
        var model = plan.Model;
        var interactive = model.Interactive;
        var shape = new TransactionShape
        {
            SmallestRequest = interactive.SmallestRequest,
            LargestRequest = interactive.LargestRequest,
            SmallestResponse = interactive.SmallestResponse,
            LargestResponse = interactive.LargestResponse,
            MostResponses = interactive.MostResponses,
            ShortestThink = model.Ticks(interactive.ShortestThink),
            LongestThink = model.Ticks(interactive.LongestThink),
            GiveUpAfter = model.Ticks(model.GiveUpAfter),
        };

        var flows = new List<FlowEndpoint>(interactive.Flows);
        for (var index = 0; index < interactive.Flows; index++)
        {
            var framing = TcpConnection.Frame(plan, plan.PairOf(index), HostSide.A, interactive.ServicePort);
            var requests = plan.Identity(HostSide.A);
            var responses = plan.Identity(HostSide.B);
            var books = plan.Books(TrafficClass.Interactive, TrafficClass.Interactive);
            flows.Add(plan.Add(plan.Side == HostSide.A
                ? new Requester(framing, requests, responses, shape, books)
                : new Responder(framing, requests, responses, shape, books)));
        }

        plan.Group(weight, flows);
    }
}
