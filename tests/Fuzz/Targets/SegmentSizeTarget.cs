using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="MaximumSegmentSize"/>.</summary>
public sealed class SegmentSizeTarget() : WireTarget("segment-size")
{
    private const int Largest = 1400;

    private readonly byte[] _before = new byte[Ipv6View.HeaderLength + ushort.MaxValue];

    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!IpPacketView.TryView(octets, out var view) || view.Protocol != IpProtocol.Tcp)
        {
            return;
        }

        view.Octets.CopyTo(_before);
        var isRight = IsRight(view);
        var isClamped = MaximumSegmentSize.TryClamp(view, Largest);
        Promise.Holds(isClamped || _before.AsSpan(0, view.Octets.Length).SequenceEqual(view.Octets), "what is not clamped is not touched");
        Promise.Holds(!isClamped || !isRight || IsRight(view), "a right checksum stays right");
        Promise.Holds(!MaximumSegmentSize.TryClamp(view, Largest), "once is enough");
    }

    private static bool IsRight(in IpPacketView view) => InternetChecksum.Fold(InternetChecksum.Add(
        InternetChecksum.PseudoHeader(view.Source, view.Destination, IpProtocol.Tcp, view.Payload.Length), view.Payload)) == 0xFFFF;
}
