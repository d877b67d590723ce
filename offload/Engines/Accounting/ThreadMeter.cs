using System.Diagnostics;

namespace IpsecDp.Engines.Accounting;

/// <summary>
/// Books the CPU time of one thread to the account it stands on; written by that thread only, read by any. The CPU clock is a
/// system call and dearer than a small job, so it is read once per span: short stretches of a span are charged by the wall
/// clock, the stretch that ends the span gets the rest of the CPU time. A stretch in which the thread slept or lost its
/// processor is long, and ends the span. All accounts together are exactly the thread's CPU time.
/// </summary>
public sealed class ThreadMeter : IDisposable
{
    private const int LogLength = 64;
    private const int SlotBits = 8;
    private const long SlotMask = (1 << SlotBits) - 1;

    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    // 1 ms: who stood so long on one account slept or lost the processor, and only the CPU clock knows for how long.
    private static readonly long LongStretchTicks = Stopwatch.Frequency / 1000;

    [ThreadStatic]
    private static ThreadMeter? _current;

    private readonly CpuLedger _ledger;
    private readonly ThreadClock _clock = ThreadClock.OfThisThread();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly ThreadMeter? _outer = _current;

    // Nanoseconds of the CPU clock, and Stopwatch ticks between the switches, by slot.
    private readonly long[] _booked = new long[CpuSlot.Count];
    private readonly long[] _stamped = new long[CpuSlot.Count];

    // The stretches of the span under way that ended, a slot in the low octet and Stopwatch ticks above it, one behind the
    // other: between two switches a packet line goes through more memory than a cache holds, and each line of it that a
    // switch touches is one to be fetched again.
    private readonly long[] _log = new long[LogLength];
    private int _logged;

    // The same by slot; no other thread reads it. Of many slots a span touches few.
    private readonly long[] _stretches = new long[CpuSlot.Count];
    private readonly int[] _touched = new int[CpuSlot.Count];
    private int _touchedCount;

    private long _spanStart;
    private long _stretchStart;

    // Odd while a booking is under way.
    private int _version;
    private long _last;
    private int _slot;
    private bool _ended;

    internal ThreadMeter(CpuLedger ledger, string name, int slot)
    {
        (_ledger, Name) = (ledger, name);
        _slot = slot;
        _last = ThreadClock.ThisThread();
        _spanStart = Stopwatch.GetTimestamp();
        _stretchStart = _spanStart;
        _current = this;
    }

    /// <summary>The calling thread's meter; null where the thread was registered with no ledger, or with one that is off.</summary>
    public static ThreadMeter? Current => _current is { _ledger.IsOn: true } meter ? meter : null;

    /// <summary>Puts another of the calling thread's meters on and gives back the one it wears: what runs until that is put on again is booked there to the account it stands on, whatever is switched meanwhile.</summary>
    public static ThreadMeter? Exchange(ThreadMeter? other)
    {
        var worn = _current;
        _current = other;
        return worn;
    }

    /// <summary>The thread's name in reports.</summary>
    public string Name { get; }

    /// <summary>The account the thread stands on.</summary>
    public CpuAccount Account => CpuSlot.AccountOf(Volatile.Read(ref _slot));

    /// <summary>The account and class the thread stands on.</summary>
    internal int Slot => _slot;

    /// <summary>Puts the thread on an account and returns the one it leaves, which bears what was burnt since the last switch; the meter's own thread calls it.</summary>
    public CpuAccount Switch(CpuAccount account) => CpuSlot.AccountOf(Switch(CpuSlot.Of(account)));

    /// <summary>Puts the thread on a slot and returns the one it leaves.</summary>
    internal int Switch(int slot) => _slot == slot || !_ledger.IsOn ? _slot : Switch(slot, Stopwatch.GetTimestamp());

    /// <summary>The same at a moment the caller read from the Stopwatch for itself just now: one reading serves both.</summary>
    internal int Switch(int slot, long now)
    {
        var former = _slot;
        if (former == slot || !_ledger.IsOn)
        {
            return former;
        }

        if (now - _stretchStart >= LongStretchTicks || now - _spanStart >= _ledger.SpanTicks)
        {
            Settle(slot, now);
            return former;
        }

        _log[_logged++] = ((now - _stretchStart) << SlotBits) | (uint)former;
        _stretchStart = now;
        Volatile.Write(ref _slot, slot);
        if (_logged == LogLength)
        {
            Fold();
        }

        return former;
    }

    /// <summary>Adds the nanoseconds of each slot to <paramref name="booked"/> and its Stopwatch ticks to <paramref name="stamped"/>, of the CPU clock the time since the last switch included.</summary>
    internal void AddTo(Span<long> booked, Span<long> stamped)
    {
        Span<long> mine = stackalloc long[2 * CpuSlot.Count];
        var wait = default(SpinWait);
        while (!TryRead(mine[..CpuSlot.Count], mine[CpuSlot.Count..]))
        {
            wait.SpinOnce();
        }

        for (var slot = 0; slot < CpuSlot.Count; slot++)
        {
            booked[slot] += mine[slot];
            stamped[slot] += mine[CpuSlot.Count + slot];
        }
    }

    /// <summary>Ends the booking; called by the meter's own thread before it ends. The ledger keeps the sums.</summary>
    public void Dispose()
    {
        if (_ended)
        {
            return;
        }

        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException($"the meter of {Name} is ended by its own thread");
        }

        _ended = true;
        Settle(_slot, Stopwatch.GetTimestamp());
        _current = _outer;
        _ledger.End(this);
        _clock.Dispose();
    }

    /// <summary>The closed bookings; for the ledger, once the meter ended.</summary>
    internal ReadOnlySpan<long> Booked => _booked;

    /// <summary>The Stopwatch ticks of the closed bookings; for the ledger, once the meter ended.</summary>
    internal ReadOnlySpan<long> Stamped => _stamped;

    private void Settle(int next, long now)
    {
        var time = ThreadClock.ThisThread();
        var left = time - _last;

        // A full fence: on a machine with weak order the bookings must not be seen before the odd version.
        Interlocked.Increment(ref _version);
        Fold();
        left = Charge(left, mayWait: false);
        left = Charge(left, mayWait: true);
        _touchedCount = 0;
        _booked[_slot] += left;
        _stamped[_slot] += now - _stretchStart;
        _last = time;
        _slot = next;
        Volatile.Write(ref _version, _version + 1);
        _spanStart = Stopwatch.GetTimestamp();
        _stretchStart = _spanStart;
    }

    private void Fold()
    {
        for (var at = 0; at < _logged; at++)
        {
            var slot = (int)(_log[at] & SlotMask);
            ref var stretch = ref _stretches[slot];
            if (stretch == 0)
            {
                // Counted only where something was added, so that no slot is touched twice.
                _touched[_touchedCount] = slot;
                _touchedCount += _log[at] > SlotMask ? 1 : 0;
            }

            stretch += _log[at] >> SlotBits;
        }

        _logged = 0;
    }

    // Where stretches are longer than the CPU time, the thread waited in one of them; those in which it does not wait are paid first.
    private long Charge(long left, bool mayWait)
    {
        for (var touched = 0; touched < _touchedCount; touched++)
        {
            var slot = _touched[touched];
            if (CpuSlot.MayWait(slot) == mayWait)
            {
                var stretch = _stretches[slot];
                var charge = Math.Min(left, (long)(stretch * NanosecondsPerTick));
                _booked[slot] += charge;
                _stamped[slot] += stretch;
                left -= charge;
                _stretches[slot] = 0;
            }
        }

        return left;
    }

    private bool TryRead(Span<long> booked, Span<long> stamped)
    {
        var version = Volatile.Read(ref _version);
        if ((version & 1) != 0)
        {
            return false;
        }

        for (var slot = 0; slot < booked.Length; slot++)
        {
            booked[slot] = Volatile.Read(ref _booked[slot]);
            stamped[slot] = Volatile.Read(ref _stamped[slot]);
        }

        var running = _clock.Read() - Volatile.Read(ref _last);
        if (running > 0)
        {
            booked[Volatile.Read(ref _slot)] += running;
        }

        return Volatile.Read(ref _version) == version;
    }
}
