using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ike;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Daemon.Ike;

/// <summary>The sockets IKE needs: port 500 of each of this host's addresses, and port 4500, which ESP in UDP may have already. Once open they stay, so that peers of a former policy can be told its end.</summary>
internal sealed class IkeSockets : IDisposable
{
    private readonly UdpEncapPort? _shared;
    private readonly Dictionary<IPAddress, IkePort[]> _ports = [];

    /// <summary>None yet but the one that ESP in UDP has, which stays its owner's.</summary>
    public IkeSockets(UdpEncapPort? shared)
    {
        _shared = shared;
        if (shared is not null)
        {
            Channels.Add(shared.LocalEndPoint, shared);
        }
    }

    /// <summary>All that are open.</summary>
    public IkeChannels Channels { get; } = new();

    /// <summary>Opens what a policy needs beside those; throws <see cref="AdapterException"/> with the ones before in use.</summary>
    public void Follow(PolicyModel policy)
    {
        var opened = new Dictionary<IPAddress, IkePort[]>();
        try
        {
            foreach (var local in policy.DynamicTunnels.Select(tunnel => tunnel.Local).Concat(policy.Ike.Connections.SelectMany(connection => connection.OtherOwn)).Select(local => local.ToIPAddress()).Distinct().Where(local => !_ports.ContainsKey(local)))
            {
                opened.Add(local, []);
                opened[local] = [IkePort.Open(new IPEndPoint(local, IkePath.Port), hasMarker: false)];
                if (_shared is null)
                {
                    opened[local] = [.. opened[local], IkePort.Open(new IPEndPoint(local, IkePath.NatPort), hasMarker: true)];
                }
            }
        }
        catch (AdapterException)
        {
            Close(opened);
            throw;
        }

        foreach (var (local, ports) in opened)
        {
            _ports.Add(local, ports);
            Array.ForEach(ports, port => Channels.Add(port.LocalEndPoint, port));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close(_ports);

    private static void Close(Dictionary<IPAddress, IkePort[]> ports)
    {
        foreach (var port in ports.Values.SelectMany(both => both))
        {
            port.Dispose();
        }
    }
}
