using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Tells the receiving side, as a router would by ICMP, of packets this machine's own link refused as too big (RFC 1191 §3, RFC 8201 §4).</summary>
internal sealed class TooBigNotices(PortBuffers buffers, RouteProbe probe) : IDisposable
{
    // More than this at once say the same thing again.
    private const int MostWaiting = 16;

    private readonly Lock _gate = new();
    private readonly byte[] _octets = new byte[MostWaiting * IcmpErrors.MaximumLength];
    private readonly int[] _lengths = new int[MostWaiting];
    private readonly Doorbell _bell = new();
    private int _waiting;

    /// <summary>Readable while notices wait.</summary>
    public int Descriptor => _bell.Descriptor;

    /// <summary>Makes a notice about a packet the kernel answered with EMSGSIZE, or about those of <paramref name="length"/> octets a superframe stands for.</summary>
    public void Report(Span<byte> refused, int length)
    {
        if (!IpPacketView.TryView(refused, out var packet))
        {
            return;
        }

        var mtu = probe.MtuTo(packet.Destination);
        if (mtu <= 0 || mtu >= length)
        {
            return;
        }

        lock (_gate)
        {
            // The host answers itself, as its own first router.
            var noticeLength = _waiting == MostWaiting ? 0 : IcmpErrors.WriteTooBig(packet, packet.Source, mtu, Slot(_waiting));
            if (noticeLength == 0)
            {
                return;
            }

            _lengths[_waiting++] = noticeLength;
        }

        _bell.Ring();
    }

    /// <summary>Adds waiting notices to a batch until it holds <paramref name="limit"/> buffers or none is free; those that find none are dropped, for the next packet too big brings another.</summary>
    public void Drain(PacketBatch batch, int limit)
    {
        if (Volatile.Read(ref _waiting) == 0)
        {
            return;
        }

        _bell.Silence();
        lock (_gate)
        {
            for (var i = 0; i < _waiting && batch.Count < limit && buffers.Packets.TryRent() is { } notice; i++)
            {
                Slot(i)[.._lengths[i]].CopyTo(notice.SetLength(_lengths[i]));
                batch.Add(notice);
            }

            _waiting = 0;
        }
    }

    public void Dispose()
    {
        _bell.Dispose();
        probe.Dispose();
    }

    private Span<byte> Slot(int index) => _octets.AsSpan(index * IcmpErrors.MaximumLength, IcmpErrors.MaximumLength);
}
