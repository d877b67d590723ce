namespace IpsecDp.Modelling.Simulation;

/// <summary>The stages of one way, ready to be drawn from.</summary>
internal sealed class PathDraws(PathCosts costs)
{
    public readonly StageDraw Receive = new(costs.Receive);
    public readonly StageDraw ReceiveRemote = new(costs.ReceiveRemote);
    public readonly StageDraw ReceiveGivenBack = new(costs.ReceiveGivenBack);
    public readonly StageDraw ReceiveDelivered = new(costs.ReceiveDelivered);
    public readonly StageDraw Admit = new(costs.Admit);
    public readonly StageDraw AdmitRemote = new(costs.AdmitRemote);
    public readonly StageDraw Run = new(costs.Run);
    public readonly StageDraw RunRemote = new(costs.RunRemote);
    public readonly StageDraw Deliver = new(costs.Deliver);
    public readonly StageDraw DeliverRemote = new(costs.DeliverRemote);
    public readonly StageDraw DeliverOfOthers = new(costs.DeliverOfOthers);

    // Of the turn that is being gathered.
    public int Jobs;
    public int Packets;
    public int Octets;
}
