using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Transport;

/// <summary>The option by which a TCP SYN says how large the segments it receives may be (RFC 9293 §3.7.1), lowered where the path carries less.</summary>
public static class MaximumSegmentSize
{
    private const byte EndOfOptions = 0;
    private const byte NoOperation = 1;
    private const byte Option = 2;
    private const int OptionLength = 4;

    // A value that no TCP falls below, so that a small link cannot be made to strangle it (RFC 9293 §3.7.1: 536 is what every host accepts).
    private const int Floor = 536;

    /// <summary>Lowers the option of a SYN to what fits IP packets of <paramref name="largest"/> octets and mends the checksum (RFC 1624); false where nothing had to change.</summary>
    public static bool TryClamp(in IpPacketView packet, int largest)
    {
        if (packet.Protocol != IpProtocol.Tcp || packet.IsFragment || !TcpView.TryView(packet.Payload, out var tcp) || (tcp.Flags & TcpView.Syn) == 0)
        {
            return false;
        }

        var limit = (ushort)Math.Clamp(largest - packet.PayloadAt - TcpView.MinimumHeaderLength, Floor, ushort.MaxValue);
        if (!TryFind(tcp.Options, out var at) || BinaryPrimitives.ReadUInt16BigEndian(tcp.Options[at..]) <= limit)
        {
            return false;
        }

        Replace(tcp, TcpView.MinimumHeaderLength + at, limit);
        return true;
    }

    // Where the value stands; a damaged list of options ends the search.
    private static bool TryFind(ReadOnlySpan<byte> options, out int at)
    {
        at = 0;
        for (var next = 0; next < options.Length && options[next] != EndOfOptions;)
        {
            if (options[next] == NoOperation)
            {
                next++;
                continue;
            }

            if (next + 1 >= options.Length || options[next + 1] < 2 || options[next + 1] > options.Length - next)
            {
                return false;
            }

            if (options[next] == Option && options[next + 1] == OptionLength)
            {
                at = next + 2;
                return true;
            }

            next += options[next + 1];
        }

        return false;
    }

    // Behind an odd number of octets the value lies across two words of the sum; then its octets count swapped.
    private static void Replace(TcpView tcp, int at, ushort value)
    {
        var field = tcp.Octets[at..];
        var before = BinaryPrimitives.ReadUInt16BigEndian(field);
        BinaryPrimitives.WriteUInt16BigEndian(field, value);
        tcp.Checksum = at % 2 == 0
            ? InternetChecksum.Update(tcp.Checksum, before, value)
            : InternetChecksum.Update(tcp.Checksum, BinaryPrimitives.ReverseEndianness(before), BinaryPrimitives.ReverseEndianness(value));
    }
}
