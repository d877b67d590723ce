using System.Diagnostics;
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
    private const double NanosecondsPerSecond = 1e9;

    private readonly RawReceiver[] _receivers;
    private readonly RawReceiver[] _marked;
    private readonly bool _isAskedToSort;
    private readonly CipherSidecar _sidecar;
    private readonly int _bufferGranted;
    private ArrivalPace _pace;
    private long _held;
    private int _turn;
    private int _markedTurn;

    private RawEspPort(RawEspOptions options, PortCounters counters, CipherSidecar sidecar, RawReceiver[] receivers, RawReceiver[] marked, int bufferGranted)
        : base(NameOf(options), options.Mtu ?? LinkMtu.Of(options.Local), counters, sidecar, receivers.Concat(marked).Select(receiver => receiver.Descriptor))
    {
        _receivers = receivers;
        _marked = marked;
        _isAskedToSort = options.SortsByPrecedence;
        _sidecar = sidecar;
        _bufferGranted = bufferGranted;
        _pace = new ArrivalPace(options.Gather);
    }

    /// <inheritdoc/>
    public override bool KeepsMarkedApart => _marked.Length > 0;

    /// <summary>Receives that were held back so that packets gather.</summary>
    internal long Held => Volatile.Read(ref _held);

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
            return new RawEspPort(options, counters, sidecar, Receivers([esp, ah]), Receivers(marked), granted);

            RawReceiver[] Receivers(NativeSocket[] sockets) =>
                [.. sockets.Zip([IpProtocol.Esp, IpProtocol.Ah], (socket, protocol) => new RawReceiver(socket, protocol, MessagesPerCall, options.Buffers, counters))];
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

    private protected override bool HasMarkedInside => Libc.IsReadable(_marked[0].Descriptor) || Libc.IsReadable(_marked[1].Descriptor);

    private protected override DrainResult DrainMarked(PacketBatch batch, int limit) => Drain(_marked, ref _markedTurn, batch, limit);

    // Single packets: so few as a batch has are not many octets.
    private protected override DrainResult Drain(PacketBatch batch, int limit, int octets)
    {
        var before = batch.Count;
        Await(_pace.Hold(Stopwatch.GetTimestamp()));
        var result = Drain(_receivers, ref _turn, batch, limit);
        long received = 0;
        foreach (var packet in batch.Slots[before..])
        {
            received += packet!.Length;
        }

        _pace.Count(received, isLeftSome: result == DrainResult.Full);
        return result;
    }

    // An interruption waits for it, too: it is shorter than a wait for buffers.
    private unsafe void Await(long ticks)
    {
        if (ticks > 0)
        {
            Volatile.Write(ref _held, _held + 1);
            var time = new Libc.TimeSpec { Nanoseconds = (nint)(ticks * (NanosecondsPerSecond / Stopwatch.Frequency)) };
            _ = Libc.Sleep(&time, null);
        }
    }

    // Each socket is first in turn, so that a flood of one protocol does not keep the other out. Where the first had something, the other is not asked too: a host has traffic of one of them.
    private static DrainResult Drain(RawReceiver[] receivers, ref int turn, PacketBatch batch, int limit)
    {
        turn ^= 1;
        var before = batch.Count;
        var first = receivers[turn].Drain(batch, limit);
        if (batch.Count > before || first is DrainResult.Full or DrainResult.Gone)
        {
            return first;
        }

        var second = receivers[turn ^ 1].Drain(batch, limit);
        return second == DrainResult.Empty ? first : second;
    }

    private protected override void SendInside(PacketBatch batch) => _sidecar.Raw!.Send(batch);

    private protected override void Release()
    {
        foreach (var receiver in _receivers.Concat(_marked))
        {
            receiver.Dispose();
        }
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
