using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters.Linux;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Two sockets on one UDP port: DF is an option of a Linux socket and not of a message, so whole packets leave by one and fragmentable ones by the other. The first receives, and where it is asked for, a third receives what is marked above routine.</summary>
internal sealed class UdpSocketPair : IDisposable
{
    private readonly NativeSocket _whole;
    private NativeSocket? _fragmentable;
    private NativeSocket? _marked;

    private UdpSocketPair(NativeSocket whole, IPAddress local)
    {
        _whole = whole;
        Scope = local.AddressFamily == AddressFamily.InterNetworkV6 ? (uint)local.ScopeId : 0;
        IsBoundToOne = !IpAddress.From(local).IsUnspecified;
    }

    /// <summary>Whether it is of the IPv4 family.</summary>
    public bool IsV4 => _whole.IsV4;

    /// <summary>The scope of a link-local address.</summary>
    public uint Scope { get; }

    /// <summary>Whether it is bound to one address.</summary>
    public bool IsBoundToOne { get; }

    /// <summary>Whether packets that may be fragmented have a socket of their own.</summary>
    public bool IsPair => _fragmentable is not null;

    /// <summary>The socket that receives.</summary>
    public NativeSocket Receiving => _whole;

    /// <summary>The socket that receives marked packets; null where the first receives all.</summary>
    public NativeSocket? Marked => _marked;

    /// <summary>Both that receive.</summary>
    public IEnumerable<NativeSocket> AllReceiving => _marked is null ? [_whole] : [_whole, _marked];

    /// <summary>Opens and binds; throws <see cref="AdapterException"/>.</summary>
    public static UdpSocketPair Open(UdpEncapOptions options)
    {
        var address = IpAddress.From(options.Local);
        var whole = NativeSocket.TryOpen(address.Version == IpVersion.V4, SocketNumbers.TypeDatagram, 0, out var error)
            ?? throw SocketRefusal.Opening(address.Version == IpVersion.V4 ? "UDP over IPv4" : "UDP over IPv6", error);
        var pair = new UdpSocketPair(whole, options.Local);
        Prepare(whole, options.Mark, SocketNumbers.MtuDiscoverProbe);
        // The first binds without SO_REUSEPORT, so that a second daemon is refused and does not share.
        error = whole.TryBind(address, options.Port, pair.Scope);
        if (error != 0)
        {
            whole.Dispose();
            throw SocketRefusal.Binding(address, options.Port, error);
        }

        pair._fragmentable = pair.OpenBeside(address, options.Mark, SocketNumbers.MtuDiscoverNever, marked: 0);
        if (options.SortsByPrecedence)
        {
            // The kernel numbers the sockets of a port in the order in which they were bound.
            pair._marked = pair.OpenBeside(address, options.Mark, SocketNumbers.MtuDiscoverProbe, marked: pair.IsPair ? 2u : 1);
        }

        return pair;
    }

    /// <summary>The kernel's number of the socket a packet leaves by.</summary>
    public int For(bool dontFragment) => (dontFragment ? _whole : _fragmentable ?? _whole).Descriptor;

    /// <summary>Asks for buffers on all; the octets granted for receiving.</summary>
    public int EnlargeBuffers(int octets)
    {
        _fragmentable?.EnlargeBuffers(octets);
        _marked?.EnlargeBuffers(octets);
        return _whole.EnlargeBuffers(octets);
    }

    public void Dispose()
    {
        _whole.Dispose();
        _fragmentable?.Dispose();
        _marked?.Dispose();
    }

    // Null where the kernel refuses any of it; the group's program then stands as it did. Another process of the same user could bind the port from here on: it would be given nothing by this program, which names no socket of a later number.
    private NativeSocket? OpenBeside(IpAddress address, int mark, int mtuDiscovery, uint marked)
    {
        if (_whole.TrySet(SocketNumbers.LevelSocket, SocketNumbers.ReusePort, 1) != 0
            || NativeSocket.TryOpen(_whole.IsV4, SocketNumbers.TypeDatagram, 0, out _) is not { } beside)
        {
            return null;
        }

        Prepare(beside, mark, mtuDiscovery);
        // The group to steer in exists once the second is bound; what arrives in between is lost like any datagram.
        if (beside.TrySet(SocketNumbers.LevelSocket, SocketNumbers.ReusePort, 1) == 0
            && beside.TryBind(address, _whole.BoundPort(), Scope) == 0
            && PrecedenceFilter.TryAttach(_whole, SocketNumbers.AttachReusePortClassicBpf, marked, routine: 0) == 0)
        {
            return beside;
        }

        beside.Dispose();
        return null;
    }

    private static void Prepare(NativeSocket socket, int mark, int mtuDiscovery)
    {
        if (mark != 0)
        {
            var error = socket.TrySet(SocketNumbers.LevelSocket, SocketNumbers.Mark, mark);
            if (error != 0)
            {
                socket.Dispose();
                throw new AdapterException($"mark {mark} cannot be set ({Errno.Text(error)}): run with CAP_NET_ADMIN or set no mark.");
            }
        }

        if (socket.IsV4)
        {
            _ = socket.TrySet(SocketNumbers.LevelIp, SocketNumbers.IpMtuDiscover, mtuDiscovery);
            return;
        }

        // An IPv4 packet on this socket would come with a mapped address; IPv4 has a port of its own.
        _ = socket.TrySet(SocketNumbers.LevelIpv6, SocketNumbers.Ipv6Only, 1);
        _ = socket.TrySet(SocketNumbers.LevelIpv6, SocketNumbers.Ipv6MtuDiscover, mtuDiscovery);
    }
}
