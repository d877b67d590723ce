using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="CipherSuperframe"/>; the first two octets are the segment size and the header length.</summary>
public sealed class CipherSuperframeTarget() : WireTarget("cipher-superframe")
{
    private const int MaximumPackets = 8;

    private readonly byte[] _packet = new byte[InputMutator.MaximumLength];

    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (octets.Length < 2)
        {
            return;
        }

        var (size, headerLength) = (octets[0] * 4, (int)octets[1]);
        var superframe = octets[2..];
        var count = SegmentSplitter.Count(superframe.Length, headerLength, size);
        for (var i = 0; i < Math.Min(count, MaximumPackets); i++)
        {
            var length = CipherSuperframe.Write(superframe, headerLength, size, i, _packet);
            if (length == 0)
            {
                continue;
            }

            Promise.Holds(IpPacketView.TryView(_packet.AsSpan(0, length), out var view) && view.Octets.Length == length, "what is written is a packet");
            Promise.Holds(UdpView.TryView(view.Payload, out var udp) && udp.Checksum == 0, "of UDP without a checksum");
            Promise.Holds(udp.Payload.SequenceEqual(superframe.Slice(headerLength + (i * size), length - headerLength)), "and carries its piece");
        }

        Promise.Holds(CipherSuperframe.Write(superframe, headerLength, size, count, _packet) == 0 || size == 0, "nothing follows the last packet");
    }
}
