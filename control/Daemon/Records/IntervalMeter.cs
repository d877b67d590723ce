using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Records;

namespace IpsecDp.Daemon.Records;

/// <summary>Cuts the life of a ledger and a pool into intervals that follow one another without a gap.</summary>
public sealed class IntervalMeter
{
    private readonly CpuLedger _ledger;
    private readonly Func<EnginePoolSnapshot> _pool;
    private readonly TimeProvider _time;
    private readonly string _system;
    private readonly int _general;
    private readonly RecordControls _controls;
    private CpuSnapshot _cpu;
    private EnginePoolSnapshot _counted;
    private DateTimeOffset _start;
    private long _sequence;

    /// <summary>Begins the first interval; <paramref name="system"/> is cut to the four characters a record has room for.</summary>
    public IntervalMeter(CpuLedger ledger, Func<EnginePoolSnapshot> pool, string system, int general, RecordControls controls, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(time);
        (_ledger, _pool, _time, _general, _controls) = (ledger, pool, time, general, controls);
        _system = NameOf(system);
        (_cpu, _counted, _start) = (ledger.Snapshot(), pool(), time.GetUtcNow());
    }

    /// <summary>Ends the interval and begins the next.</summary>
    public IntervalRecord Cut()
    {
        var (cpu, counted, now) = (_ledger.SnapshotAfter(_cpu), _pool(), _time.GetUtcNow());
        var record = new IntervalRecord
        {
            System = _system,
            Start = _start,
            Sequence = _sequence++,
            General = _general,
            Controls = _controls,
            Cpu = cpu.Since(_cpu),
            Pool = counted.Since(_counted),
        };
        (_cpu, _counted, _start) = (cpu, counted, now);
        return record;
    }

    private static string NameOf(string host)
    {
        var name = new string([.. (host ?? string.Empty).Where(char.IsAsciiLetterOrDigit).Take(IntervalRecord.SystemLength)]).ToUpperInvariant();
        return name.Length == 0 ? "HOST" : name;
    }
}
