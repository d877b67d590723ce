using System.Collections.Concurrent;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Tells the receiving side, as a router would by ICMP, of packets this machine's own link refused as too big (RFC 1191 §3, RFC 8201 §4).</summary>
internal sealed class TooBigNotices(PortBuffers buffers, RouteProbe probe) : IDisposable
{
    // More than this at once say the same thing again.
    private const int MostWaiting = 32;

    private readonly ConcurrentQueue<PacketBuffer> _waiting = new();
    private readonly Doorbell _bell = new();

    /// <summary>Readable while notices wait.</summary>
    public int Descriptor => _bell.Descriptor;

    /// <summary>Makes a notice about a packet the kernel answered with EMSGSIZE.</summary>
    public void Report(Span<byte> refused)
    {
        if (_waiting.Count >= MostWaiting || !IpPacketView.TryView(refused, out var packet))
        {
            return;
        }

        var mtu = probe.MtuTo(packet.Destination);
        if (mtu <= 0 || mtu >= refused.Length || buffers.Packets.TryRent() is not { } notice)
        {
            return;
        }

        // The host answers itself, as its own first router.
        notice.TrimTo(IcmpErrors.WriteTooBig(packet, packet.Source, mtu, notice.SetLength(IcmpErrors.MaximumLength)));
        if (notice.Length == 0)
        {
            notice.Return();
            return;
        }

        _waiting.Enqueue(notice);
        _bell.Ring();
    }

    /// <summary>Adds waiting notices to a batch, up to <paramref name="limit"/> buffers in all.</summary>
    public void Drain(PacketBatch batch, int limit)
    {
        if (_waiting.IsEmpty)
        {
            return;
        }

        _bell.Silence();
        while (batch.Count < limit && _waiting.TryDequeue(out var notice))
        {
            batch.Add(notice);
        }

        if (!_waiting.IsEmpty)
        {
            _bell.Ring();
        }
    }

    public void Dispose()
    {
        while (_waiting.TryDequeue(out var notice))
        {
            notice.Return();
        }

        _bell.Dispose();
        probe.Dispose();
    }
}
