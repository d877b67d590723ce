using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec;

/// <summary>A port of either side as its thread sees it: where it is read, and the first leg its packets take.</summary>
internal sealed record LinePort(string Name, int? Processor, int BatchSize, Func<PacketBatch, bool> Receive, Func<bool> HasWaiting, Action<PacketBatch> Admit, IPolledPort? Polled, IMarkedPort? Marked = null, Func<PacketArrival?>? Arrival = null, IEntrustedPort? Entrusted = null)
{
    /// <summary>Whether the port can tell marked packets from others.</summary>
    public bool KnowsMarked => Polled is not null || Marked is not null;

    /// <summary>Whether helping has to give way: to a packet marked as more important than routine where the port is polled, and elsewhere to any.</summary>
    public bool Calls => Polled is null ? HasWaiting() : HasMarked;

    /// <summary>Whether a packet marked as more important than routine waits; false where the port cannot tell.</summary>
    public bool HasMarked => Polled is { } polled ? polled is { IsOver: false, Waiting: > 0 } : Marked is { HasMarked: true };

    /// <summary>Whether more waits behind the batch it just gave; a port that is not polled has told by giving less than it could.</summary>
    public bool HasMoreBehind(PacketBatch batch) => Polled is { } polled ? polled.Waiting >= 0 : batch.MayHaveMoreBehind;

    /// <summary>Adds marked packets and no others; false when there are none.</summary>
    public bool TryReceiveMarked(PacketBatch batch) => HasMarked && (Polled is { } polled ? polled.TryReceive(batch) : Marked!.TryReceiveMarked(batch));
}
