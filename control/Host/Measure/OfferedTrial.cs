using System.Diagnostics;

namespace IpsecDp.Host.Measure;

/// <summary>One trial's clock and counts; the port's thread counts, any thread reads.</summary>
internal sealed class OfferedTrial(byte number, double packetsPerSecond, int burst)
{
    private readonly double _gapsPerTick = packetsPerSecond / Stopwatch.Frequency;
    private readonly long _since = Stopwatch.GetTimestamp();
    private long _until = long.MaxValue;
    private long _seen;
    private long _lost;
    private long _taken;
    private bool _isEmptied;

    /// <summary>What its packets carry.</summary>
    public byte Number => number;

    /// <summary>Packets that arrive at once.</summary>
    public int Burst => burst;

    /// <summary>Packets that arrived by the port's last look.</summary>
    public long Seen { get => Volatile.Read(ref _seen); set => Volatile.Write(ref _seen, value); }

    /// <summary>Packets that found the ring full.</summary>
    public long Lost { get => Volatile.Read(ref _lost); set => Volatile.Write(ref _lost, value); }

    /// <summary>Packets the line took.</summary>
    public long Taken { get => Volatile.Read(ref _taken); set => Volatile.Write(ref _taken, value); }

    /// <summary>Whether it has ended and the line has taken all that arrived before.</summary>
    public bool IsEmptied { get => Volatile.Read(ref _isEmptied); set => Volatile.Write(ref _isEmptied, value); }

    /// <summary>Whether no more packets arrive.</summary>
    public bool IsOver => Volatile.Read(ref _until) != long.MaxValue;

    /// <summary>How long packets arrived, or have until now.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_since, Math.Min(Volatile.Read(ref _until), Stopwatch.GetTimestamp()));

    /// <summary>Lets no more arrive from now on.</summary>
    public void End() => Volatile.Write(ref _until, Stopwatch.GetTimestamp());

    /// <summary>Mean gaps that have passed at a time.</summary>
    public double GapsBy(long now) => (Math.Min(now, Volatile.Read(ref _until)) - _since) * _gapsPerTick;

    /// <summary>The time of an arrival.</summary>
    public long TimeOf(double gaps) => _since + (long)(gaps / _gapsPerTick);
}
