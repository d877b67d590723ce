using System.Diagnostics;

namespace IpsecDp.Engines.Accounting;

/// <summary>All threads whose CPU time is booked, and the sums of those that ended.</summary>
public sealed class CpuLedger
{
    // On a virtual machine a system call costs the line more than its own time, for what it displaces.
    private static readonly TimeSpan UsualSpan = TimeSpan.FromMilliseconds(16);

    private readonly Lock _gate = new();
    private bool _isOn = true;
    private long _spanTicks = TicksOf(UsualSpan);
    private readonly List<ThreadMeter> _meters = [];
    private readonly long[] _ended = new long[CpuSlot.Count];
    private readonly long[] _endedStamps = new long[CpuSlot.Count];
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly long _processAtStart = ThreadClock.Process;
    private readonly Disturbance _disturbanceAtStart = Disturbance.Read();

    /// <summary>Whether threads change accounts. One that is off costs them nothing and leaves all they burn on the account each stands on: to measure what booking costs, on one line and in one memory.</summary>
    public bool IsOn { get => Volatile.Read(ref _isOn); set => Volatile.Write(ref _isOn, value); }

    /// <summary>How long a thread goes by time stamps before it reads its CPU clock, which is a system call. What a snapshot finds not yet read it books to where each thread stands, so that one which is to be exact is preceded by a moment of short spans.</summary>
    public TimeSpan Span
    {
        get => TimeSpan.FromSeconds((double)SpanTicks / Stopwatch.Frequency);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            Volatile.Write(ref _spanTicks, TicksOf(value));
        }
    }

    internal long SpanTicks => Volatile.Read(ref _spanTicks);

    /// <summary>Begins to book the calling thread; it ends the meter before it ends itself. A meter it had before stands again then.</summary>
    public ThreadMeter Register(string name, CpuAccount initial) => Register(name, CpuSlot.Of(initial));

    /// <summary>Begins to book the calling thread to an account for a class.</summary>
    public ThreadMeter Register(string name, CpuAccount initial, ServiceClass serviceClass) => Register(name, CpuSlot.Of(initial, serviceClass));

    /// <summary>The accounts since the ledger was opened; subtract two for a span.</summary>
    public CpuSnapshot Snapshot() => Snapshot(static ledger => Disturbance.Read() - ledger._disturbanceAtStart);

    /// <summary>The same without what disturbed the machine, to be taken within a measurement: files of the machine take a processor longer than all accounts do.</summary>
    public CpuSnapshot Glance() => Snapshot(static _ => default);

    /// <summary>The accounts since the ledger was opened, none of them below what an earlier snapshot of it showed; for spans that follow one another.</summary>
    public CpuSnapshot SnapshotAfter(CpuSnapshot earlier) => Snapshot().AtLeast(earlier);

    internal void End(ThreadMeter meter)
    {
        lock (_gate)
        {
            _meters.Remove(meter);
            var booked = meter.Booked;
            var stamped = meter.Stamped;
            for (var slot = 0; slot < booked.Length; slot++)
            {
                _ended[slot] += booked[slot];
                _endedStamps[slot] += stamped[slot];
            }
        }
    }

    private CpuSnapshot Snapshot(Func<CpuLedger, Disturbance> disturbance)
    {
        var (sums, stamps) = (new long[CpuSlot.Count], new long[CpuSlot.Count]);
        lock (_gate)
        {
            _ended.CopyTo(sums, 0);
            _endedStamps.CopyTo(stamps, 0);
            foreach (var meter in _meters)
            {
                meter.AddTo(sums, stamps);
            }
        }

        // The process is read last, so that what the threads burnt meanwhile makes the remainder larger, never negative.
        var process = ThreadClock.Process - _processAtStart;
        return new CpuSnapshot(sums, stamps, process, Stopwatch.GetElapsedTime(_startedAt), disturbance(this));
    }

    private static long TicksOf(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private ThreadMeter Register(string name, int slot)
    {
        var meter = new ThreadMeter(this, name, slot);
        lock (_gate)
        {
            _meters.Add(meter);
        }

        return meter;
    }
}
