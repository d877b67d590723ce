using System.Net;
using IpsecDp.Ike;
using IpsecDp.Ports;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Daemon.Ike;

/// <summary>The sockets of IKE by this host's address and port; more may be added while they are in use.</summary>
public sealed class IkeChannels
{
    private volatile (IPEndPoint Local, IIkeChannel Channel)[] _channels = [];
    private volatile IIkeChannel[] _all = [];

    /// <summary>All of them, in the order in which they are read; another list once there is another.</summary>
    public IReadOnlyList<IIkeChannel> All => _all;

    /// <summary>Adds a socket bound to <paramref name="local"/>, whose address may be the unspecified one.</summary>
    public void Add(IPEndPoint local, IIkeChannel channel)
    {
        _channels = [.. _channels, (local, channel)];
        _all = [.. _channels.Select(entry => entry.Channel)];
    }

    /// <summary>Sends a message from where it is to leave; false when there is no such socket or it refuses.</summary>
    public bool TrySend(in IkeTransmit transmit)
    {
        var local = new IPEndPoint(transmit.Path.Local.ToIPAddress(), transmit.Path.LocalPort);
        var remote = new IPEndPoint(transmit.Path.Remote.ToIPAddress(), transmit.Path.RemotePort);
        foreach (var (bound, channel) in _channels)
        {
            if (bound.Port == local.Port && bound.AddressFamily == local.AddressFamily && (IpAddress.From(bound.Address).IsUnspecified || bound.Address.Equals(local.Address)))
            {
                return channel.TrySend(transmit.Message.Span, local, remote);
            }
        }

        return false;
    }
}
