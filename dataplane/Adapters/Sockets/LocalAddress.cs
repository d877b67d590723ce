using System.Net;
using System.Net.Sockets;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Whether this host has an address.</summary>
public static class LocalAddress
{
    /// <summary>Whether the calling thread's network namespace has it: whoever has it can bind to it.</summary>
    public static bool IsHere(IpAddress address)
    {
        var local = address.ToIPAddress();
        try
        {
            using var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(local, 0));
            return true;
        }
        catch (SocketException refusal)
        {
            return refusal.SocketErrorCode != SocketError.AddressNotAvailable;
        }
    }
}
