using System.Buffers.Binary;
using System.Collections.Concurrent;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Finds the outbound SA an ICMP "too big" is about by the SPI it quotes, and believes it only then (RFC 4301 §8.2.1, §6.1.1).</summary>
public sealed class PathMtuLearner(OwnEndpoints own)
{
    private readonly ConcurrentDictionary<Key, PathMtu> _paths = new();

    /// <summary>Makes a bundle's outermost SA known.</summary>
    public void Add(OutboundBundle bundle) => _paths[KeyOf(bundle.Outermost.Model)] = bundle.PathMtu;

    /// <summary>Forgets a bundle.</summary>
    public void Remove(OutboundBundle bundle) => _paths.TryRemove(KeyValuePair.Create(KeyOf(bundle.Outermost.Model), bundle.PathMtu));

    /// <summary>Learns from a "too big" about a packet sent from here; <see cref="DropReason.ForgedTooBig"/> for one about our endpoints that names no SA or a size no path has.</summary>
    public DropReason Learn(in IpPacketView packet)
    {
        if (packet.Protocol is not (IpProtocol.Icmp or IpProtocol.Icmpv6) || !PacketTooBig.TryRead(packet, out var mtu, out var quoted) || !own.IsOwn(quoted.Source))
        {
            return DropReason.None;
        }

        if (!TryReadSpi(quoted, out var protocol, out var spi) || !_paths.TryGetValue(new Key(protocol, spi, quoted.Destination), out var path))
        {
            return DropReason.ForgedTooBig;
        }

        return path.Learn(mtu) ? DropReason.None : DropReason.ForgedTooBig;
    }

    private bool TryReadSpi(in QuotedPacketView quoted, out SaProtocol protocol, out uint spi)
    {
        (protocol, spi) = (SaProtocol.Esp, 0);
        var payload = quoted.Payload;
        var at = 0;
        switch (quoted.Protocol)
        {
            case IpProtocol.Esp:
                break;

            case IpProtocol.Ah:
                (protocol, at) = (SaProtocol.Ah, 4);
                break;

            // Source and destination port, then behind the UDP header the SPI.
            case IpProtocol.Udp when payload.Length >= UdpView.HeaderLength && own.IsEncapsulationPort(BinaryPrimitives.ReadUInt16BigEndian(payload)):
                at = UdpView.HeaderLength;
                break;

            default:
                return false;
        }

        if (quoted.IsLaterFragment || payload.Length < at + 4)
        {
            return false;
        }

        spi = BinaryPrimitives.ReadUInt32BigEndian(payload[at..]);
        return true;
    }

    private static Key KeyOf(SaModel model) => new(model.Protocol, model.Spi, model.Remote);

    private readonly record struct Key(SaProtocol Protocol, uint Spi, IpAddress Remote);
}
