namespace IpsecDp.Ports;

/// <summary>What a port carried and what it could not, since creation.</summary>
public readonly record struct PortStats(
    long ReceivedPackets,
    long ReceivedBytes,
    long SentPackets,
    long SentBytes,
    long ReceiveFailures,
    long SendFailures);
