using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

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

    /// <summary>Packets from slot <paramref name="first"/> on, those of superframes counted singly.</summary>
    public static int PacketsIn(PacketBatch batch, int first)
    {
        var count = 0;
        for (var i = first; i < batch.Count; i++)
        {
            count += batch[i] is { } buffer ? PacketsIn(buffer) : 0;
        }

        return count;
    }

    /// <summary>Packets a buffer stands for.</summary>
    public static int PacketsIn(PacketBuffer buffer) => buffer.Segments.CountIn(buffer.Length);

    /// <summary>Octets of the packets a buffer stands for, each with a header of its own.</summary>
    public static long OctetsIn(PacketBuffer buffer) => buffer.Length + ((PacketsIn(buffer) - 1L) * buffer.Segments.HeaderLength);

    /// <summary>Counts what stands in the batch from slot <paramref name="first"/> on as received.</summary>
    public void AddReceived(PacketBatch batch, int first)
    {
        if (batch.Count == first)
        {
            return;
        }

        long bytes = 0;
        for (var i = first; i < batch.Count; i++)
        {
            bytes += OctetsIn(batch[i]!);
        }

        Interlocked.Add(ref _receivedPackets, PacketsIn(batch, first));
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
