using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="IcmpView"/> and the packet an error quotes.</summary>
public sealed class IcmpTarget() : WireTarget("icmp")
{
    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!IcmpView.TryView(octets, out var view))
        {
            return;
        }

        Promise.Holds(view.Body.Length == octets.Length - IcmpView.HeaderLength, "the body is what is left");
        view.UpdateChecksum();
        Promise.Holds(InternetChecksum.Compute(view.Octets) == 0, "a checksum just computed is right");
        if (QuotedPacketView.TryView(view.Body, out var quoted))
        {
            Promise.Holds(quoted.PayloadAt + quoted.Payload.Length == quoted.Octets.Length, "headers and payload make the quote");
            Promise.Holds(quoted.Source.Version == quoted.Destination.Version, "addresses are of one version");
        }
    }
}
