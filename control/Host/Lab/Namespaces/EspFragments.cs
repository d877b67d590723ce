using System.Buffers.Binary;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>Tells fragments of sealed packets from others: a first fragment shows ESP, and a later one is believed only behind its first.</summary>
internal sealed class EspFragments(ushort? udpPort)
{
    private readonly HashSet<(IpAddress Source, IpAddress Destination, uint Identification)> _begun = [];

    /// <summary>Whether a packet is a piece of ESP; packets are shown in the order of the wire.</summary>
    public bool Recognise(in IpPacketView packet)
    {
        if (!packet.IsFragment || packet.Protocol != (udpPort is null ? IpProtocol.Esp : IpProtocol.Udp))
        {
            return false;
        }

        var whole = (packet.Source, packet.Destination, packet.Identification);
        if (packet.IsLaterFragment)
        {
            return _begun.Contains(whole);
        }

        if (udpPort is { } port && !IsEspInUdp(packet.Payload, port))
        {
            return false;
        }

        _begun.Add(whole);
        return true;
    }

    // The UDP length is the whole datagram's, so no view of it fits its first piece.
    private static bool IsEspInUdp(ReadOnlySpan<byte> payload, ushort port) =>
        payload.Length >= UdpView.HeaderLength + EspView.HeaderLength
        && BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) == port
        && UdpEncapMarker.Classify(payload[UdpView.HeaderLength..]) == UdpEncapKind.Esp;
}
