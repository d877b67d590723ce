namespace IpsecDp.Ports;

/// <summary>What a port carried and what it could not, since creation; a superframe counts as the packets it stands for.</summary>
public readonly record struct PortStats(
    long ReceivedPackets,
    long ReceivedBytes,
    long SentPackets,
    long SentBytes,
    long ReceiveFailures,
    long SendFailures);
