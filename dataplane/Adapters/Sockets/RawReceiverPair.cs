using System.Diagnostics;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Receives ESP and AH from a raw socket each; what comes as bulk is let gather in them (<see cref="ArrivalPace"/>).</summary>
internal sealed class RawReceiverPair(RawReceiver esp, RawReceiver ah, TimeSpan gather) : IPacketQueue, IDisposable
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly RawReceiver[] _receivers = [esp, ah];
    private ArrivalPace _pace = new(gather);
    private long _held;
    private int _turn;

    /// <summary>The kernel's numbers of the sockets.</summary>
    public IEnumerable<int> Descriptors => _receivers.Select(static receiver => receiver.Descriptor);

    /// <summary>Receives that were held back so that packets gather.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <inheritdoc/>
    public bool HasWaiting => Libc.IsReadable(_receivers[0].Descriptor) || Libc.IsReadable(_receivers[1].Descriptor);

    /// <summary>Adds waiting packets until the batch holds <paramref name="limit"/> buffers; they are single ones, and so few as a batch has are not many octets.</summary>
    public DrainResult Drain(PacketBatch batch, int limit, int octets = int.MaxValue)
    {
        var before = batch.Count;
        Await(_pace.Hold(Stopwatch.GetTimestamp()));
        var result = DrainInTurn(batch, limit);
        long received = 0;
        foreach (var packet in batch.Slots[before..])
        {
            received += packet!.Length;
        }

        _pace.Count(received, isLeftSome: result == DrainResult.Full);
        return result;
    }

    public void Dispose() => Array.ForEach(_receivers, static receiver => receiver.Dispose());

    // Each socket is first in turn, so that a flood of one protocol does not keep the other out. Where the first had something, the other is not asked too: a host has traffic of one of them.
    private DrainResult DrainInTurn(PacketBatch batch, int limit)
    {
        _turn ^= 1;
        var before = batch.Count;
        var first = _receivers[_turn].Drain(batch, limit);
        if (batch.Count > before || first is DrainResult.Full or DrainResult.Gone)
        {
            return first;
        }

        var second = _receivers[_turn ^ 1].Drain(batch, limit);
        return second == DrainResult.Empty ? first : second;
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
}
