using System.Diagnostics;

namespace IpsecDp.Engines.Accounting;

/// <summary>
/// Books the CPU time of one thread to the account it stands on; written by that thread only, read by any. The CPU clock is a
/// system call and dearer than a small job, so it is read once per span: short stretches of a span are charged by the wall
/// clock, the stretch that ends the span gets the rest of the CPU time. A stretch in which the thread slept or lost its
/// processor is long and hence such a last one. All accounts together are exactly the thread's CPU time.
/// </summary>
public sealed class ThreadMeter : IDisposable
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;
    private static readonly long SpanTicks = Stopwatch.Frequency / 10_000;

    [ThreadStatic]
    private static ThreadMeter? _current;

    private readonly CpuLedger _ledger;
    private readonly ThreadClock _clock = ThreadClock.OfThisThread();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly ThreadMeter? _outer = _current;
    private readonly long[] _booked = new long[CpuAccounts.Count];

    // The span under way, in Stopwatch ticks; no other thread reads it.
    private readonly long[] _stretches = new long[CpuAccounts.Count];
    private long _spanStart;
    private long _stretchStart;

    // Odd while a booking is under way.
    private int _version;
    private long _last;
    private int _account;
    private bool _ended;

    internal ThreadMeter(CpuLedger ledger, string name, CpuAccount initial)
    {
        _ledger = ledger;
        Name = name;
        _account = (int)initial;
        _last = ThreadClock.ThisThread();
        _spanStart = Stopwatch.GetTimestamp();
        _stretchStart = _spanStart;
        _current = this;
    }

    /// <summary>The calling thread's meter; null where the thread was registered with no ledger.</summary>
    public static ThreadMeter? Current => _current;

    /// <summary>The thread's name in reports.</summary>
    public string Name { get; }

    /// <summary>The account the thread stands on.</summary>
    public CpuAccount Account => (CpuAccount)Volatile.Read(ref _account);

    /// <summary>Puts the thread on an account and returns the one it leaves, which bears what was burnt since the last switch; the meter's own thread calls it.</summary>
    public CpuAccount Switch(CpuAccount account)
    {
        var former = _account;
        if (former == (int)account)
        {
            return account;
        }

        var now = Stopwatch.GetTimestamp();
        if (now - _spanStart >= SpanTicks)
        {
            Settle(account);
            return (CpuAccount)former;
        }

        _stretches[former] += now - _stretchStart;
        _stretchStart = now;
        Volatile.Write(ref _account, (int)account);
        return (CpuAccount)former;
    }

    /// <summary>Adds the nanoseconds of each account to <paramref name="sums"/>, the time since the last switch included.</summary>
    internal void AddTo(Span<long> sums)
    {
        Span<long> booked = stackalloc long[CpuAccounts.Count];
        var wait = default(SpinWait);
        while (!TryRead(booked))
        {
            wait.SpinOnce();
        }

        for (var account = 0; account < booked.Length; account++)
        {
            sums[account] += booked[account];
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
        Settle(Account);
        _current = _outer;
        _ledger.End(this);
        _clock.Dispose();
    }

    /// <summary>The closed bookings; for the ledger, once the meter ended.</summary>
    internal ReadOnlySpan<long> Booked => _booked;

    private void Settle(CpuAccount next)
    {
        var time = ThreadClock.ThisThread();
        var left = time - _last;

        // A full fence: on a machine with weak order the bookings must not be seen before the odd version.
        Interlocked.Increment(ref _version);
        for (var account = 0; account < _stretches.Length; account++)
        {
            var charge = Math.Min(left, (long)(_stretches[account] * NanosecondsPerTick));
            _booked[account] += charge;
            left -= charge;
            _stretches[account] = 0;
        }

        _booked[_account] += left;
        _last = time;
        _account = (int)next;
        Volatile.Write(ref _version, _version + 1);
        _spanStart = Stopwatch.GetTimestamp();
        _stretchStart = _spanStart;
    }

    private bool TryRead(Span<long> booked)
    {
        var version = Volatile.Read(ref _version);
        if ((version & 1) != 0)
        {
            return false;
        }

        for (var account = 0; account < booked.Length; account++)
        {
            booked[account] = Volatile.Read(ref _booked[account]);
        }

        var running = _clock.Read() - Volatile.Read(ref _last);
        if (running > 0)
        {
            booked[Volatile.Read(ref _account)] += running;
        }

        return Volatile.Read(ref _version) == version;
    }
}
