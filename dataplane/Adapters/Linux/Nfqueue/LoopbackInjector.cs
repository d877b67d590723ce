using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Gives the host packets the kernel holds nothing for, over the loopback, with a mark that the rules let in there and drop on every other way.</summary>
/// <remarks>
/// By a packet socket, as superframes, whose sums nobody has to make and look at. Their source belongs to another interface, so where the host filters reverse paths strictly they go by a raw socket, one by one: the route of a local address is then their input route, and no filter asks.
/// Packets for other hosts do not get through.
/// </remarks>
internal sealed class LoopbackInjector : IDisposable
{
    private const int Loopback = 1;
    private const ushort DontFragment = 0x4000;

    private readonly RawPair _raw;
    private readonly NativeSocket? _link;
    private readonly TunWriter? _frames;
    private readonly ReversePathFilter _filter = new(TimeProvider.System);

    /// <summary>Opens both ways in the calling thread's network namespace; throws <see cref="AdapterException"/> where the kernel has none.</summary>
    public LoopbackInjector(int mark, PortBuffers buffers, PortCounters counters)
    {
        _raw = new RawPair(mark, buffers, counters);
        _link = TryOpen(mark);
        _frames = _link is null ? null : new TunWriter(_link.Descriptor, buffers, counters, TunOffloads.MergeTcp | TunOffloads.MergeUdp, Loopback);
    }

    /// <summary>Superframes given.</summary>
    public long Superframes => _frames?.Superframes ?? 0;

    /// <summary>Gives slots <paramref name="start"/> to <paramref name="end"/>.</summary>
    public void Send(PacketBatch batch, int start, int end)
    {
        if (_frames is not null && !_filter.IsStrict)
        {
            MakeAtomic(batch, start, end);
            _frames.Write(batch, start, end);
            return;
        }

        _raw.Send(batch, start, end);
    }

    public void Dispose()
    {
        _link?.Dispose();
        _raw.Dispose();
        _filter.Dispose();
    }

    // A socket tells neither ID nor DF of what it received whole, so a packet in transport mode has none. Nothing cuts it on the loopback; and one with DF may have any ID (RFC 6864 §4.1), where without no two of a flow could go as one.
    private static void MakeAtomic(PacketBatch batch, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (batch[i] is { Trail.Depth: > 0, Segments.Kind: SegmentKind.None } opened && Ipv4View.TryView(opened.Packet, out var view)
                && view is { Identification: 0, FragmentWord: 0 })
            {
                view.FragmentWord = DontFragment;
                view.UpdateChecksum();
            }
        }
    }

    private static NativeSocket? TryOpen(int mark)
    {
        if (NativeSocket.TryOpen(SocketNumbers.FamilyPacket, SocketNumbers.TypeRaw, 0) is not { } socket)
        {
            return null;
        }

        if (socket.TrySet(SocketNumbers.LevelSocket, SocketNumbers.Mark, mark) == 0 && socket.TrySet(SocketNumbers.LevelPacket, SocketNumbers.PacketVirtioHeader, 1) == 0)
        {
            _ = socket.EnlargeBuffers(1 << 20);
            return socket;
        }

        socket.Dispose();
        return null;
    }
}
