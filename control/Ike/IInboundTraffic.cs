namespace IpsecDp.Ike;

/// <summary>What the data plane took through children: the life of a peer that only it can have shown (RFC 7296 §2.4).</summary>
public interface IInboundTraffic
{
    /// <summary>Packets whose ICV was right that came through an inbound SA since it was installed; 0 for one that is not there.</summary>
    long PacketsOf(uint inboundSpi);
}
