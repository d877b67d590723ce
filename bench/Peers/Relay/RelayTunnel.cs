using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Engines.Pinning;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Peers.Relay;

/// <summary>A tunnel that carries TUN superframes over segmented UDP, or cut into raw IP packets, or sealed and opened by the cipher alone, and does nothing else: no ESP, no checks, no policy. It is the limit of the path, so it has a thread per direction that does everything.</summary>
internal sealed class RelayTunnel
{
    private const int SocketBuffers = 8 << 20;

    private readonly RelayOptions _options;
    private readonly IRelayDirection _outbound;
    private readonly IRelayDirection _inbound;

    // Its finalizer would close the descriptor the threads use.
    private readonly NativeSocket _socket;

    private RelayTunnel(RelayOptions options, int tun, NativeSocket socket)
    {
        (_options, _socket) = (options, socket);
        (_outbound, _inbound) = Directions(options.Form, tun, socket.Descriptor);
    }

    /// <summary>Frames and messages the kernel would not take.</summary>
    public (long Outbound, long Inbound) Refused => (_outbound.Refused, _inbound.Refused);

    /// <summary>Opens interface and socket in the calling thread's network namespace and starts both threads, which end with the process; throws <see cref="AdapterException"/>.</summary>
    public static RelayTunnel Start(RelayOptions options)
    {
        var socket = OpenSocket(options);
        var tunnel = new RelayTunnel(options, OpenTun(options), socket);
        tunnel.Start("outbound", options.Placement?.Outbound, tunnel._outbound.Run);
        tunnel.Start("inbound", options.Placement?.Inbound, tunnel._inbound.Run);
        return tunnel;
    }

    // A cipher is as good as the process's end: the threads use it until then.
    private static (IRelayDirection Outbound, IRelayDirection Inbound) Directions(RelayForm form, int tun, int socket) => form switch
    {
        RelayForm.Raw => (new RawRelayOutbound(tun, socket), new RawRelayInbound(tun, socket)),
        RelayForm.Sealed => (new SealedRelayOutbound(tun, socket, SealedRelayFrame.CreateCipher()), new SealedRelayInbound(tun, socket, SealedRelayFrame.CreateCipher())),
        _ => (new RelayOutbound(tun, socket), new RelayInbound(tun, socket)),
    };

    private static int OpenTun(RelayOptions options)
    {
        var descriptors = new List<int>();
        var name = TunQueue.Open(descriptors, new TunOptions { Name = options.Tun });
        _ = TunQueue.NegotiateOffloads(descriptors[0], TunOffloads.None);
        RelayCalls.MakeBlocking(descriptors[0]);
        using (var netlink = new RtNetlink())
        {
            var index = RtNetlink.IndexOf(name);
            netlink.BringUp(name, index, options.Mtu);
            netlink.AddAddress(name, index, options.Address);
        }

        InterfaceRoutes.Add(name, [options.Route]);
        return descriptors[0];
    }

    private static unsafe NativeSocket OpenSocket(RelayOptions options)
    {
        var isRaw = options.Form == RelayForm.Raw;
        var (type, protocol) = isRaw ? (SocketNumbers.TypeRaw, RawRelayFrame.Protocol) : (SocketNumbers.TypeDatagram, 0);
        var socket = NativeSocket.TryOpen(isV4: true, type, protocol, out var error)
            ?? throw new AdapterException($"no socket for the relay ({Errno.Text(error)}).");
        error = socket.TryBind(IpAddress.From(options.Local.Address), isRaw ? 0 : options.Local.Port, scope: 0);
        if (error == 0 && !isRaw)
        {
            error = socket.TrySet(SocketNumbers.LevelUdp, SocketNumbers.UdpReceiveOffload, 1);
        }

        if (error == 0)
        {
            var name = stackalloc byte[NativeAddress.MaximumLength];
            var length = NativeAddress.Write(name, IpAddress.From(options.Remote.Address), isRaw ? 0 : options.Remote.Port, scope: 0);
            error = Libc.Connect(socket.Descriptor, name, length) < 0 ? Libc.LastError : 0;
        }

        if (error != 0)
        {
            throw new AdapterException($"the relay's socket at {options.Local} cannot be used ({Errno.Text(error)}).");
        }

        socket.EnlargeBuffers(SocketBuffers);
        RelayCalls.MakeBlocking(socket.Descriptor);
        return socket;
    }

    private void Start(string direction, int? processor, Action run)
    {
        var thread = new Thread(() =>
        {
            if (processor is { } number && !IThreadPinning.OfThisSystem.TryPin(number))
            {
                Console.Error.WriteLine($"relay: processor {number} is not there; the {direction} thread of {_options.Tun} stays free");
            }

            run();
        })
        { IsBackground = true, Name = direction };
        thread.Start();
    }
}
