using IpsecDp.Wire.Ip;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.Framing;

/// <summary>Ports and initial sequence numbers of the TCP flow a plan is about to add; the opening end's port tells the flow.</summary>
internal static class TcpConnection
{
    /// <summary>Port of the opening end of flow 0; the flows follow upwards.</summary>
    public const int FirstPort = 32768;

    /// <summary>This host's framing of a flow that <paramref name="opener"/> opens towards a service port.</summary>
    public static TcpFraming Frame(FlowPlan plan, AddressPair pair, HostSide opener, ushort servicePort)
    {
        var openerPort = (ushort)(FirstPort + plan.NextFlow);
        var isOpener = plan.Side == opener;
        var envelope = plan.Envelope(pair, IpProtocol.Tcp, isOpener ? openerPort : servicePort, isOpener ? servicePort : openerPort, tos: 0);
        var peer = plan.Side == HostSide.A ? HostSide.B : HostSide.A;
        return new(envelope, InitialSequence(plan, plan.Side), InitialSequence(plan, peer)) { PathMtu = plan.Model.PathMtu };
    }

    private static uint InitialSequence(FlowPlan plan, HostSide sender) => (uint)SeedDerivation.Derive(plan.Identity(sender).Key, 0x15);
}
