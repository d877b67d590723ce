using IpsecDp.Ike;

namespace Control.Tests.Ike.V2.Kit;

/// <summary>A data plane that took so many packets through each inbound SA.</summary>
internal sealed class TakenPackets(Func<uint, long> packets) : IInboundTraffic
{
    public long PacketsOf(uint inboundSpi) => packets(inboundSpi);
}
