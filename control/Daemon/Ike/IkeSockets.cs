using System.Net;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ike;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Daemon.Ike;

/// <summary>Opens the sockets IKE needs: port 500 of each of this host's addresses, and port 4500, which ESP in UDP already has.</summary>
internal static class IkeSockets
{
    /// <summary>Opens them; each is handed to <paramref name="keep"/>, which closes it.</summary>
    public static IkeChannels Open(PolicyModel policy, UdpEncapPort? shared, Func<IkePort, IkePort> keep)
    {
        var channels = new IkeChannels();
        foreach (var local in policy.DynamicTunnels.Select(tunnel => tunnel.Local.ToIPAddress()).Distinct())
        {
            Add(channels, keep(IkePort.Open(new IPEndPoint(local, IkePath.Port), hasMarker: false)));
            if (shared is null)
            {
                Add(channels, keep(IkePort.Open(new IPEndPoint(local, IkePath.NatPort), hasMarker: true)));
            }
        }

        if (shared is not null)
        {
            channels.Add(shared.LocalEndPoint, shared);
        }

        return channels;
    }

    private static void Add(IkeChannels channels, IkePort port) => channels.Add(port.LocalEndPoint, port);
}
