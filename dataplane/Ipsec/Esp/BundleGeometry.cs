using IpsecDp.Crypto;
using IpsecDp.Ipsec.Ah;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Ipsec.Esp;

/// <summary>The lengths a bundle's headers, padding and ICVs add to a packet.</summary>
public sealed class BundleGeometry(IReadOnlyList<SaModel> layers)
{
    private const int MaximumPadding = 64;

    // An array: each packet walks it, and an interface's enumerator would be an object a packet.
    private readonly (SaModel Model, EspGeometry Esp)[] _layers = [.. layers.Select(layer => (layer, new EspGeometry(layer)))];

    /// <summary>Octets of ESP before the payload of a model: header and IV, and UDP where it is encapsulated.</summary>
    public static int Lead(SaModel model) => EspView.HeaderLength + model.Suite.IvLength + UdpLength(model);

    /// <summary>Octets of the UDP header around ESP, 0 without encapsulation.</summary>
    public static int UdpLength(SaModel model) => model.Encapsulation is null ? 0 : UdpView.HeaderLength;

    /// <summary>Octets of the IP header a tunnel puts in front.</summary>
    public static int OuterLength(SaModel model) => model.Local.Version == IpVersion.V4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength;

    /// <summary>Octets of the whole sealed IP packet for a clear one whose IP header (up to where ESP or AH goes) has <paramref name="headerLength"/> octets.</summary>
    public int SealedLength(int packetLength, int headerLength)
    {
        var length = packetLength;
        foreach (ref readonly var layer in _layers.AsSpan())
        {
            (length, headerLength) = Around(layer.Model, layer.Esp, length, headerLength);
        }

        return length;
    }

    /// <summary>Octets of the largest clear packet whose sealed form fits <paramref name="mtu"/>; not below 0.</summary>
    public int LargestClear(int mtu, int headerLength)
    {
        var length = Math.Max(0, mtu - (SealedLength(headerLength, headerLength) - headerLength));
        // Padding shrinks and grows with the length, so the first guess may be off by one block a layer in either way.
        length += MaximumPadding;
        while (length > 0 && SealedLength(length, headerLength) > mtu)
        {
            length--;
        }

        return length;
    }

    private static (int Length, int HeaderLength) Around(SaModel layer, in EspGeometry esp, int length, int headerLength)
    {
        var isTunnel = layer.Mode == SaMode.Tunnel;
        var outer = isTunnel ? esp.OuterLength : headerLength;
        var protectedLength = isTunnel ? Math.Max(length, layer.TrafficFlowPadding) : length - headerLength;
        if (layer.Protocol == SaProtocol.Ah)
        {
            return (outer + AhGeometry.HeaderLength(layer) + protectedLength, outer);
        }

        return (outer + esp.Lead + protectedLength + esp.Trail(protectedLength), outer);
    }
}
