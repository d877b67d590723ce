using IpsecDp.Adapters.Linux;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Asks the kernel what fits through the first hop to a destination, on a socket of its own that never sends.</summary>
internal sealed unsafe class RouteProbe(NativeSocket socket, uint scope) : IDisposable
{
    // Any port will do: connecting a datagram socket only looks the route up.
    private const int DiscardPort = 9;

    private readonly Lock _gate = new();

    /// <summary>The MTU of the route, 0 when there is none.</summary>
    public int MtuTo(IpAddress destination)
    {
        var name = stackalloc byte[NativeAddress.MaximumLength];
        var nameLength = NativeAddress.Write(name, destination, DiscardPort, scope);
        int mtu = 0, length = sizeof(int);
        var (level, option) = socket.IsV4 ? (SocketNumbers.LevelIp, SocketNumbers.IpMtu) : (SocketNumbers.LevelIpv6, SocketNumbers.Ipv6Mtu);
        // Connecting and asking are two calls; a second thread must not connect in between.
        lock (_gate)
        {
            return Libc.Connect(socket.Descriptor, name, nameLength) == 0 && Libc.GetSocketOption(socket.Descriptor, level, option, &mtu, &length) == 0 ? mtu : 0;
        }
    }

    public void Dispose() => socket.Dispose();
}
