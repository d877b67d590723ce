using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec;

/// <summary>A port of either side as its thread sees it: where it is read, and the first leg its packets take.</summary>
internal sealed record LinePort(string Name, int? Processor, int BatchSize, Func<PacketBatch, bool> Receive, Action<PacketBatch> Admit, IPolledPort? Polled)
{
    /// <summary>Whether a packet waits that its sender marked as more important than routine; false where the port cannot tell.</summary>
    public bool HasMarked => Polled is { IsOver: false, Waiting: > 0 };
}
