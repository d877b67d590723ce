using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="UdpEncapMarker"/>.</summary>
public sealed class UdpEncapMarkerTarget() : WireTarget("udp-encap-marker")
{
    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        var kind = UdpEncapMarker.Classify(octets);
        Promise.Holds(kind != UdpEncapKind.Esp || (EspView.TryView(octets, out var esp) && esp.Spi != 0), "ESP has an SPI");
        Promise.Holds(kind != UdpEncapKind.Keepalive || octets.Length == 1, "a keepalive is one octet");
        if (octets.Length >= UdpEncapMarker.Length)
        {
            UdpEncapMarker.Write(octets);
            Promise.Holds(UdpEncapMarker.Classify(octets) == UdpEncapKind.Ike, "what bears the marker is IKE");
        }
    }
}
