using IpsecDp.Ports;

namespace IpsecDp.Adapters;

/// <summary>The counters behind <see cref="PortStats"/>, added to once per batch by any thread; a superframe counts as the packets it stands for.</summary>
internal sealed class PortCounters
{
    private long _receivedPackets;
    private long _receivedBytes;
    private long _sentPackets;
    private long _sentBytes;
    private long _receiveFailures;
    private long _sendFailures;

    /// <summary>The counters at this moment.</summary>
    public PortStats Snapshot => new(
        Interlocked.Read(ref _receivedPackets),
        Interlocked.Read(ref _receivedBytes),
        Interlocked.Read(ref _sentPackets),
        Interlocked.Read(ref _sentBytes),
        Interlocked.Read(ref _receiveFailures),
        Interlocked.Read(ref _sendFailures));

    public void AddReceived(long packets, long bytes)
    {
        Interlocked.Add(ref _receivedPackets, packets);
        Interlocked.Add(ref _receivedBytes, bytes);
    }

    public void AddSent(long packets, long bytes)
    {
        Interlocked.Add(ref _sentPackets, packets);
        Interlocked.Add(ref _sentBytes, bytes);
    }

    public void AddReceiveFailures(long packets) => Interlocked.Add(ref _receiveFailures, packets);

    public void AddSendFailures(long packets) => Interlocked.Add(ref _sendFailures, packets);
}
