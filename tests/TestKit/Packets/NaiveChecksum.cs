using IpsecDp.Wire.Ip;

namespace IpsecDp.TestKit.Packets;

/// <summary>RFC 1071 word by word with the carry brought round at every step: slow, and independent of the product's sum.</summary>
public static class NaiveChecksum
{
    /// <summary>The checksum of octets.</summary>
    public static ushort Compute(ReadOnlySpan<byte> octets)
    {
        var sum = 0;
        for (var i = 0; i < octets.Length; i++)
        {
            sum += i % 2 == 0 ? octets[i] * 256 : octets[i];
            sum = sum > 0xFFFF ? sum - 0xFFFF : sum;
        }

        return (ushort)(0xFFFF - sum);
    }

    /// <summary>The checksum a TCP, UDP, ICMP or ICMPv6 message should carry, whatever its field holds.</summary>
    public static ushort Transport(IpAddress source, IpAddress destination, byte protocol, ReadOnlySpan<byte> message)
    {
        var cleared = message.ToArray();
        var at = protocol switch { IpProtocol.Tcp => 16, IpProtocol.Udp => 6, _ => 2 };
        (cleared[at], cleared[at + 1]) = (0, 0);
        var checksum = Compute(protocol == IpProtocol.Icmp ? cleared : [.. PseudoHeader(source, destination, protocol, message.Length), .. cleared]);
        return protocol == IpProtocol.Udp && checksum == 0 ? (ushort)0xFFFF : checksum;
    }

    /// <summary>The pseudo-header's octets as RFC 9293 §3.1 and RFC 8200 §8.1 draw them.</summary>
    public static byte[] PseudoHeader(IpAddress source, IpAddress destination, byte protocol, int length) =>
        source.Version == IpVersion.V4
            ? [.. Octets(source), .. Octets(destination), 0, protocol, (byte)(length >> 8), (byte)length]
            : [.. Octets(source), .. Octets(destination), (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, 0, 0, 0, protocol];

    private static byte[] Octets(IpAddress address) => address.ToIPAddress().GetAddressBytes();
}
