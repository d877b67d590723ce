using IpsecDp.Wire.Ip;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="Ipv6View"/>.</summary>
public sealed class Ipv6Target() : WireTarget("ipv6")
{
    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!Ipv6View.TryView(octets, out var view))
        {
            return;
        }

        Promise.Holds(view.Octets.Length == Ipv6View.HeaderLength + view.PayloadLength, "the view ends with the payload length");
        Promise.Holds(view.Payload.Length == view.PayloadLength, "the payload is as long as it says");
        var label = view.FlowLabel;
        view.TrafficClass = (byte)~view.TrafficClass;
        Promise.Holds(view.FlowLabel == label && view.Octets[0] >> 4 == 6, "the traffic class leaves its neighbours alone");
        view.Source = view.Destination;
        Promise.Holds(view.Source == view.Destination, "an address written is read back");
    }
}
