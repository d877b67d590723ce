using System.Net.Sockets;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Linux;

/// <summary>ESP and AH directly over IP (protocols 50 and 51) on raw sockets; packets leave with exactly the header they carry, which AH's ICV covers.</summary>
/// <remarks>Linux writes an IPv4 header's checksum, and its identification where that is 0, so the data plane gives each packet one above 0. An IPv6 socket delivers no header: it is written anew from the kernel's notes, extension headers included.</remarks>
public sealed class RawEspPort : CipherSocketPort
{
    private const int MessagesPerCall = 32;

    private readonly RawReceiverPair _receivers;
    private readonly RawReceiverPair? _marked;
    private readonly bool _isAskedToSort;
    private readonly CipherSidecar _sidecar;
    private readonly int _bufferGranted;

    private RawEspPort(RawEspOptions options, PortCounters counters, CipherSidecar sidecar, RawReceiverPair receivers, RawReceiverPair? marked, (ArrivalMark? Mark, string Otherwise) arrivals, int bufferGranted)
        : base(NameOf(options), options.Mtu ?? LinkMtu.Of(options.Local), counters, sidecar, new MarkedFirst(receivers, marked), receivers.Descriptors.Concat(marked?.Descriptors ?? []), arrivals)
    {
        _receivers = receivers;
        _marked = marked;
        _isAskedToSort = options.SortsByPrecedence;
        _sidecar = sidecar;
        _bufferGranted = bufferGranted;
    }

    /// <summary>Receives that were held back so that packets gather.</summary>
    internal long Held => _receivers.Held;

    /// <summary>Opens the port in the calling thread's network namespace; throws <see cref="AdapterException"/>.</summary>
    public static RawEspPort Open(RawEspOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new AdapterException("a raw ESP port needs Linux: on Windows take the WinDivert port.");
        }

        var counters = new PortCounters();
        var opened = new List<IDisposable>();
        try
        {
            var esp = OpenReceiving(options, IpProtocol.Esp, opened, out var granted);
            var ah = OpenReceiving(options, IpProtocol.Ah, opened, out _);
            var sidecar = new CipherSidecar(options.Local, options.Mark, options.ListensToIcmp, wantsRaw: true, options.Buffers, counters);
            opened.Add(sidecar);
            if (sidecar.Raw is null)
            {
                throw SocketRefusal.Opening("sending IP", Errno.NotPermitted);
            }

            var marked = options.SortsByPrecedence ? OpenMarked(options, esp, ah, opened) : [];

            // A socket has one filter, and those that sort have theirs.
            var arrivals = marked.Length == 0 ? ArrivalMark.TryAttach([esp, ah]) : (null, "the sockets have filters that sort");
            return new RawEspPort(options, counters, sidecar, Pair(esp, ah, options.Gather), marked is [var markedEsp, var markedAh] ? Pair(markedEsp, markedAh, TimeSpan.Zero) : null, arrivals, granted);

            RawReceiverPair Pair(NativeSocket esp, NativeSocket ah, TimeSpan gather) => new(Receiver(esp, IpProtocol.Esp), Receiver(ah, IpProtocol.Ah), gather);

            RawReceiver Receiver(NativeSocket socket, byte protocol) => new(socket, protocol, MessagesPerCall, options.Buffers, counters);
        }
        catch (AdapterException)
        {
            opened.ForEach(resource => resource.Dispose());
            throw;
        }
    }

    private protected override IEnumerable<OffloadFeature> OwnFeatures() =>
    [
        new OffloadFeature("raw esp and ah", true, $"{_bufferGranted} octets of buffer granted"),
        new OffloadFeature("precedence", KeepsMarkedApart, KeepsMarkedApart ? "" : _isAskedToSort ? "no sockets of their own with a filter" : "not asked for"),
    ];

    private protected override void SendInside(PacketBatch batch) => _sidecar.Raw!.Send(batch);

    private protected override void Release()
    {
        _receivers.Dispose();
        _marked?.Dispose();
    }

    // Nothing where the kernel refuses a filter. A packet that came before all of them were there is in two sockets, and the second copy is a replay.
    private static NativeSocket[] OpenMarked(RawEspOptions options, NativeSocket esp, NativeSocket ah, List<IDisposable> opened)
    {
        NativeSocket[] marked = [OpenReceiving(options, IpProtocol.Esp, opened, out _), OpenReceiving(options, IpProtocol.Ah, opened, out _)];
        if (marked.All(socket => PrecedenceFilter.TryAttach(socket, SocketNumbers.AttachFilter, PrecedenceFilter.Keep, PrecedenceFilter.Drop) == 0)
            && new[] { esp, ah }.All(socket => PrecedenceFilter.TryAttach(socket, SocketNumbers.AttachFilter, PrecedenceFilter.Drop, PrecedenceFilter.Keep) == 0))
        {
            return marked;
        }

        Array.ForEach(marked, static socket => socket.Dispose());
        return [];
    }

    private static NativeSocket OpenReceiving(RawEspOptions options, byte protocol, List<IDisposable> opened, out int granted)
    {
        var local = IpAddress.From(options.Local);
        var what = protocol == IpProtocol.Esp ? "ESP" : "AH";
        var socket = NativeSocket.TryOpen(local.Version == IpVersion.V4, SocketNumbers.TypeRaw, protocol, out var error) ?? throw SocketRefusal.Opening(what, error);
        opened.Add(socket);
        granted = socket.EnlargeBuffers(options.SocketBuffer);
        CipherSidecar.ReceiveHeaderNotes(socket);
        var scope = options.Local.AddressFamily == AddressFamily.InterNetworkV6 ? (uint)options.Local.ScopeId : 0;
        error = socket.TryBind(local, 0, scope);
        return error == 0 ? socket : throw SocketRefusal.Binding(local, 0, error);
    }

    private static string NameOf(RawEspOptions options) =>
        IpAddress.From(options.Local) is { IsUnspecified: false } local ? $"esp:{local}" : options.Local.AddressFamily == AddressFamily.InterNetwork ? "esp:v4" : "esp:v6";
}
