using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace IpsecDp.Wire.Ip;

/// <summary>A fresh IP header whose addresses, protocol and hop limit never change, summed up in advance; what differs from packet to packet is put in when it is written.</summary>
public sealed class IpHeaderTemplate
{
    private const ulong VersionAndLength = 0x4500;
    private const uint DontFragmentBit = 0x4000;
    private const uint LowHalf = 0xFFFF;

    private readonly IpHeaderFields _fields;
    private readonly bool _isV4;
    private readonly uint _destination;
    private readonly ulong _second;

    // Folded. What is added to it are words of 16 bits, so that little is to be folded again.
    private readonly uint _sum;

    /// <summary>Takes source, destination, protocol and hop limit of the fields.</summary>
    public IpHeaderTemplate(in IpHeaderFields fields)
    {
        _fields = fields;
        _isV4 = fields.Source.Version == IpVersion.V4;
        _second = ((ulong)fields.HopLimit << 56) | ((ulong)fields.Protocol << 48) | (uint)fields.Source.Value;
        _destination = (uint)fields.Destination.Value;
        _sum = InternetChecksum.Fold(VersionAndLength + (_second >> 48) + (uint)_second + _destination);
    }

    /// <summary>Octets of the header: 20 or 40.</summary>
    public int Length => _isV4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength;

    /// <summary>Writes the header over the front of a packet whose length is final; identification and DF mean nothing to IPv6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(Span<byte> packet, byte tos, ushort identification, bool isDontFragment)
    {
        if (!_isV4)
        {
            WriteV6(packet, tos);
            return;
        }

        var header = packet[..Ipv4View.MinimumHeaderLength];
        var length = (uint)packet.Length & LowHalf;
        var fragmentWord = isDontFragment ? DontFragmentBit : 0;
        var sum = _sum + tos + length + identification + fragmentWord;
        sum = (sum & LowHalf) + (sum >> 16);
        sum += sum >> 16;
        BinaryPrimitives.WriteUInt64BigEndian(header, ((VersionAndLength | tos) << 48) | ((ulong)length << 32) | ((uint)identification << 16) | fragmentWord);
        BinaryPrimitives.WriteUInt64BigEndian(header[8..], _second | ((ulong)(~sum & LowHalf) << 32));
        BinaryPrimitives.WriteUInt32BigEndian(header[16..], _destination);
    }

    // Apart: the copied fields would cost the way of IPv4 a cleared frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WriteV6(Span<byte> packet, byte tos) => Ipv6View.Write(packet, _fields with { Tos = tos });
}
