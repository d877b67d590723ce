using System.Net;
using System.Net.NetworkInformation;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Adapters.Sockets;

/// <summary>The MTU of the interface that has an address, in the calling thread's network namespace.</summary>
internal static class LinkMtu
{
    /// <summary>What is assumed where no interface can be asked: Ethernet's.</summary>
    public const int Assumed = 1500;

    // Longer packets cannot be written down in a header's length field; loopback says 65536.
    private const int Longest = 65535;

    /// <summary>The MTU, <see cref="Assumed"/> for the unspecified address and one nobody has.</summary>
    public static int Of(IPAddress local)
    {
        if (local.Equals(IPAddress.Any) || local.Equals(IPAddress.IPv6Any))
        {
            return Assumed;
        }

        foreach (var candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            foreach (var unicast in candidate.GetIPProperties().UnicastAddresses)
            {
                if (unicast.Address.Equals(local))
                {
                    var mtu = InterfaceRequest.MtuOf(candidate.Name);
                    return mtu > 0 ? Math.Min(mtu, Longest) : Assumed;
                }
            }
        }

        return Assumed;
    }
}
