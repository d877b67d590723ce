using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="PacketTooBig"/> and the errors <see cref="IcmpErrors"/> writes about any packet.</summary>
public sealed class TooBigTarget() : WireTarget("too-big")
{
    private const int Mtu = 1400;

    private static readonly IpAddress GatewayV4 = new(0xC0000201, IpVersion.V4);
    private static readonly IpAddress GatewayV6 = new((UInt128)0x20010DB8 << 96 | 1, IpVersion.V6);

    private readonly byte[] _error = new byte[IcmpErrors.MaximumLength];

    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!IpPacketView.TryView(octets, out var packet))
        {
            return;
        }

        if (PacketTooBig.TryRead(packet, out var mtu, out var quoted))
        {
            Promise.Holds(mtu >= 0 && quoted.Source.Version == packet.Version, "the quote is of the error's version");
        }

        var gateway = packet.Version == IpVersion.V4 ? GatewayV4 : GatewayV6;
        var length = IcmpErrors.WriteTooBig(packet, gateway, Mtu, _error);
        Promise.Holds(length > 0 == IcmpErrors.MayAnswer(packet, isTooBig: true), "an error is written when it may be sent");
        if (length == 0)
        {
            return;
        }

        Promise.Holds(IpPacketView.TryView(_error.AsSpan(0, length), out var error), "an error is a packet");
        // Extension headers longer than a quote are cut off in it, and then it names no packet.
        if (packet.PayloadAt <= IcmpErrors.MaximumLength - Ipv6View.HeaderLength - IcmpView.HeaderLength)
        {
            Promise.Holds(PacketTooBig.TryRead(error, out mtu, out quoted) && mtu == Mtu && quoted.Source == packet.Source, "an error just written reads back");
        }

        Promise.Holds(!IcmpErrors.MayAnswer(error, isTooBig: true), "an error is not answered");
    }
}
