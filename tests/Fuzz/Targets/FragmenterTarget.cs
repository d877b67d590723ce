using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="IpFragmenter"/>; the first two octets are the MTU.</summary>
public sealed class FragmenterTarget() : WireTarget("fragmenter")
{
    private const int MaximumFragments = 8;

    private readonly byte[] _fragment = new byte[InputMutator.MaximumLength];

    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (octets.Length < 2 || !IpPacketView.TryView(octets[2..], out var packet))
        {
            return;
        }

        var mtu = BinaryPrimitives.ReadUInt16BigEndian(octets) % 1500;
        var count = IpFragmenter.Count(packet, mtu);
        var nextOffset = packet.FragmentOffset;
        for (var i = 0; i < Math.Min(count, MaximumFragments); i++)
        {
            var length = IpFragmenter.Write(packet, mtu, i, 0xCAFE, _fragment);
            Promise.Holds(length > 0 && length <= mtu, "every fragment is written and fits");
            Promise.Holds(IpPacketView.TryView(_fragment.AsSpan(0, length), out var fragment), "a fragment is a packet");
            if (count > 1)
            {
                Promise.Holds(fragment.FragmentOffset == nextOffset, "a fragment continues the one before");
                Promise.Holds(fragment.MoreFragments == (i < count - 1 || packet.MoreFragments), "only the last says so");
                var headers = packet.Version == IpVersion.V4 ? fragment.PayloadAt : fragment.FragmentHeaderAt + Ipv6ExtensionWalker.FragmentHeaderLength;
                nextOffset += length - headers;
            }
        }

        Promise.Holds(IpFragmenter.Write(packet, mtu, count, 0, _fragment) == 0, "nothing follows the last fragment");
    }
}
