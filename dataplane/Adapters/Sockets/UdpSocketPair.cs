using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters.Linux;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Two sockets on one UDP port: DF is an option of a Linux socket and not of a message, so whole packets leave by one and fragmentable ones by the other. Only the first receives.</summary>
internal sealed unsafe class UdpSocketPair : IDisposable
{
    private readonly NativeSocket _whole;
    private NativeSocket? _fragmentable;

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

        pair._fragmentable = OpenSecond(whole, address, pair.Scope, options.Mark);
        return pair;
    }

    /// <summary>The kernel's number of the socket a packet leaves by.</summary>
    public int For(bool dontFragment) => (dontFragment ? _whole : _fragmentable ?? _whole).Descriptor;

    /// <summary>Asks for buffers on both; the octets granted for receiving.</summary>
    public int EnlargeBuffers(int octets)
    {
        _fragmentable?.EnlargeBuffers(octets);
        return _whole.EnlargeBuffers(octets);
    }

    public void Dispose()
    {
        _whole.Dispose();
        _fragmentable?.Dispose();
    }

    // Null where the kernel refuses any of it: then DF is set on all packets.
    private static NativeSocket? OpenSecond(NativeSocket whole, IpAddress address, uint scope, int mark)
    {
        if (whole.TrySet(SocketNumbers.LevelSocket, SocketNumbers.ReusePort, 1) != 0
            || NativeSocket.TryOpen(whole.IsV4, SocketNumbers.TypeDatagram, 0, out _) is not { } second)
        {
            return null;
        }

        Prepare(second, mark, SocketNumbers.MtuDiscoverNever);
        // The group to steer in exists once the second is bound; what arrives in between is lost like any datagram.
        if (second.TrySet(SocketNumbers.LevelSocket, SocketNumbers.ReusePort, 1) == 0
            && second.TryBind(address, whole.BoundPort(), scope) == 0
            && TrySteerToFirst(whole))
        {
            return second;
        }

        second.Dispose();
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

    // A classic BPF program of one instruction, "return 0": the socket of the group that was there first gets every datagram.
    private static bool TrySteerToFirst(NativeSocket socket)
    {
        const ulong ReturnZero = 0x06;
        var instruction = ReturnZero;
        var program = new BpfProgram { Length = 1, Instructions = &instruction };
        return socket.TrySet(SocketNumbers.LevelSocket, SocketNumbers.AttachReusePortClassicBpf, new ReadOnlySpan<byte>(&program, sizeof(BpfProgram))) == 0;
    }

    // struct sock_fprog.
    private struct BpfProgram
    {
        public ushort Length;
        public ulong* Instructions;
    }
}
