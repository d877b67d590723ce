using System.Diagnostics;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Throughput.Traffic;

namespace IpsecDp.Throughput.Overload;

/// <summary>A clear port packets arrive at by the clock, at a given rate and whether anybody takes them or not; what finds no buffer is lost. As with a network card no thread makes them, and buffers are posted in a ring and filled in its order, so that none is still in a processor's cache from its last use.</summary>
internal sealed class OfferedLoad : IClearPort
{
    private const int RingLength = 1024;
    private const int PausesPerLook = 20;

    private readonly BufferPool _stock;
    private readonly PacketBuffer?[] _ring = new PacketBuffer?[RingLength];
    private readonly byte[] _header;
    private readonly int _length;
    private readonly ManualResetEventSlim _isOn = new();
    private int _first;
    private int _posted;
    private double _packetsPerTick;
    private long _since;
    private long _taken;
    private long _lost;
    private bool _isInterrupted;

    /// <summary>A port whose packets of <paramref name="length"/> octets lie in buffers of <paramref name="stock"/>.</summary>
    public OfferedLoad(BufferPool stock, int length)
    {
        (_stock, _length) = (stock, length);
        // What a packet carries is whatever its buffer held: the card writes it, not the processor.
        _header = NumberedPacket.Build(0, 0, length)[..NumberedPacket.NumberAt];
    }

    /// <inheritdoc/>
    public string Name => "offered";

    /// <inheritdoc/>
    public int Mtu => _length;

    /// <inheritdoc/>
    public int BatchSize => PacketBatch.DefaultCapacity;

    /// <inheritdoc/>
    public PortStats Stats => new(Taken, Taken * _length, 0, 0, Lost, 0);

    /// <summary>Packets the line took.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Packets that found no buffer.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Lets packets arrive from now on; the former ones were taken or are forgotten.</summary>
    public void Begin(double packetsPerSecond)
    {
        (_taken, _lost) = (0, 0);
        _packetsPerTick = packetsPerSecond / Stopwatch.Frequency;
        Volatile.Write(ref _since, Stopwatch.GetTimestamp());
        _isOn.Set();
    }

    /// <summary>Lets no more arrive.</summary>
    public void End() => _isOn.Reset();

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch)
    {
        while (!Volatile.Read(ref _isInterrupted))
        {
            _isOn.Wait();
            Post();
            for (var left = Math.Min(Waiting(), BatchSize); left > 0; left--)
            {
                var packet = TakeFirst();
                packet.SetLength(_length);
                _header.CopyTo(packet.Packet);
                batch.Add(packet);
            }

            if (batch.Count > 0)
            {
                Volatile.Write(ref _taken, _taken + batch.Count);
                return true;
            }

            Thread.SpinWait(PausesPerLook);
            Thread.Yield();
        }

        return false;
    }

    /// <inheritdoc/>
    public void Inject(PacketBatch batch) => batch.Clear();

    /// <inheritdoc/>
    public void Interrupt()
    {
        Volatile.Write(ref _isInterrupted, true);
        _isOn.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_posted > 0)
        {
            TakeFirst().Return();
        }

        _isOn.Dispose();
    }

    // Where the ring ends within what is missing, the rest comes with the next look.
    private void Post()
    {
        var next = (_first + _posted) % RingLength;
        _posted += _stock.RentRun(_ring.AsSpan(next, Math.Min(RingLength - _posted, RingLength - next)));
    }

    private PacketBuffer TakeFirst()
    {
        var packet = _ring[_first]!;
        _first = (_first + 1) % RingLength;
        _posted--;
        return packet;
    }

    private int Waiting()
    {
        var arrived = (long)((Stopwatch.GetTimestamp() - Volatile.Read(ref _since)) * _packetsPerTick);
        var waiting = Math.Max(0, arrived - _taken - _lost);
        if (waiting > _posted)
        {
            Volatile.Write(ref _lost, _lost + waiting - _posted);
            waiting = _posted;
        }

        return (int)waiting;
    }
}
