using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace IpsecDp.Adapters.Windows;

/// <summary>The MTU of interfaces as the framework tells it.</summary>
internal static class InterfaceMtu
{
    /// <summary>Ethernet's, where no interface can be asked.</summary>
    public const int Assumed = 1500;

    /// <summary>The smallest MTU of the interfaces that have one of the addresses.</summary>
    public static int Smallest(IReadOnlyCollection<IPAddress> locals)
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .Select(candidate => candidate.GetIPProperties())
                .SelectMany(properties => properties.UnicastAddresses.Where(unicast => locals.Contains(unicast.Address)).Select(unicast => Of(properties, unicast.Address)))
                .Where(mtu => mtu > 0)
                .DefaultIfEmpty(Assumed)
                .Min();
        }
        catch (NetworkInformationException)
        {
            return Assumed;
        }
    }

    private static int Of(IPInterfaceProperties properties, IPAddress address)
    {
        try
        {
            return address.AddressFamily == AddressFamily.InterNetwork ? properties.GetIPv4Properties().Mtu : properties.GetIPv6Properties().Mtu;
        }
        catch (NetworkInformationException)
        {
            // The family is off on this interface.
            return 0;
        }
    }
}
