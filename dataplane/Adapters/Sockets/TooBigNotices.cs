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

    // RFC 1812 §4.3.2.3: as much as fits into 576 octets; RFC 4443 §3.2: into 1280.
    private const int QuotedV4 = 576 - Ipv4View.MinimumHeaderLength - IcmpView.HeaderLength;
    private const int QuotedV6 = 1280 - Ipv6View.HeaderLength - IcmpView.HeaderLength;

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

        Write(packet, mtu, notice);
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

    private static void Write(in IpPacketView refused, int mtu, PacketBuffer notice)
    {
        var isV4 = refused.Version == IpVersion.V4;
        var headerLength = isV4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength;
        var quoted = refused.Octets[..Math.Min(refused.Octets.Length, isV4 ? QuotedV4 : QuotedV6)];
        var octets = notice.SetLength(headerLength + IcmpView.HeaderLength + quoted.Length);
        var message = octets[headerLength..];
        message[..IcmpView.HeaderLength].Clear();
        quoted.CopyTo(message[IcmpView.HeaderLength..]);
        // RFC 792 type 3 code 4 with RFC 1191's MTU, or RFC 4443 type 2.
        (message[0], message[1]) = isV4 ? ((byte)3, (byte)4) : ((byte)2, (byte)0);
        var protocol = isV4 ? IpProtocol.Icmp : IpProtocol.Icmpv6;
        new IpHeaderFields(refused.Source, refused.Source, protocol, HopLimit: 64).Write(octets);
        if (IcmpView.TryView(message, out var icmp))
        {
            icmp.Rest = (uint)mtu;
        }

        if (IpPacketView.TryView(octets, out var packet))
        {
            TransportChecksum.TryUpdate(packet);
        }
    }
}
