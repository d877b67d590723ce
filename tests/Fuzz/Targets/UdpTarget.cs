using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="UdpView"/>.</summary>
public sealed class UdpTarget() : WireTarget("udp")
{
    private static readonly IpAddress Address = new(0x0A000001, IpVersion.V4);

    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!UdpView.TryView(octets, out var view))
        {
            return;
        }

        Promise.Holds(view.Octets.Length == view.Length, "the view ends with the length");
        Promise.Holds(view.Payload.Length == view.Length - UdpView.HeaderLength, "the payload is what is left");
        view.UpdateChecksum(Address, Address);
        Promise.Holds(view.Checksum != 0, "a computed checksum is never the one that means none");
        var sum = InternetChecksum.Add(InternetChecksum.PseudoHeader(Address, Address, IpProtocol.Udp, view.Length), view.Octets);
        Promise.Holds(InternetChecksum.Fold(sum) == 0xFFFF, "a checksum just computed is right");
        (view.SourcePort, view.DestinationPort) = (view.DestinationPort, view.SourcePort);
    }
}
