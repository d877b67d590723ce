using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="TcpView"/>.</summary>
public sealed class TcpTarget() : WireTarget("tcp")
{
    private static readonly IpAddress Address = new(UInt128.One, IpVersion.V6);

    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!TcpView.TryView(octets, out var view))
        {
            return;
        }

        Promise.Holds(view.HeaderLength + view.Payload.Length == octets.Length, "header and payload make the segment");
        Promise.Holds(view.Options.Length == view.HeaderLength - TcpView.MinimumHeaderLength, "options fill the header");
        view.Sequence += view.Acknowledgment;
        view.UrgentPointer = view.Window;
        view.UpdateChecksum(Address, Address);
        var sum = InternetChecksum.Add(InternetChecksum.PseudoHeader(Address, Address, IpProtocol.Tcp, octets.Length), view.Octets);
        Promise.Holds(InternetChecksum.Fold(sum) == 0xFFFF, "a checksum just computed is right");
    }
}
