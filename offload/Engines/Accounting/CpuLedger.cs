using System.Diagnostics;

namespace IpsecDp.Engines.Accounting;

/// <summary>All threads whose CPU time is booked, and the sums of those that ended.</summary>
public sealed class CpuLedger
{
    private readonly Lock _gate = new();
    private readonly List<ThreadMeter> _meters = [];
    private readonly long[] _ended = new long[CpuAccounts.Count];
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly long _processAtStart = ThreadClock.Process;
    private readonly Disturbance _disturbanceAtStart = Disturbance.Read();

    /// <summary>Begins to book the calling thread; it ends the meter before it ends itself. A meter it had before stands again then.</summary>
    public ThreadMeter Register(string name, CpuAccount initial)
    {
        var meter = new ThreadMeter(this, name, initial);
        lock (_gate)
        {
            _meters.Add(meter);
        }

        return meter;
    }

    /// <summary>The accounts since the ledger was opened; subtract two for a span.</summary>
    public CpuSnapshot Snapshot()
    {
        var sums = new long[CpuAccounts.Count];
        lock (_gate)
        {
            _ended.CopyTo(sums, 0);
            foreach (var meter in _meters)
            {
                meter.AddTo(sums);
            }
        }

        // The process is read last, so that what the threads burnt meanwhile makes the remainder larger, never negative.
        var process = ThreadClock.Process - _processAtStart;
        return new CpuSnapshot(sums, process, Stopwatch.GetElapsedTime(_startedAt), Disturbance.Read() - _disturbanceAtStart);
    }

    internal void End(ThreadMeter meter)
    {
        lock (_gate)
        {
            _meters.Remove(meter);
            var booked = meter.Booked;
            for (var account = 0; account < booked.Length; account++)
            {
                _ended[account] += booked[account];
            }
        }
    }
}
