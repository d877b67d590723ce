namespace IpsecDp.Engines.Accounting;

/// <summary>Books the CPU time of one thread to the account it stands on; written by that thread only, read by any.</summary>
public sealed class ThreadMeter : IDisposable
{
    [ThreadStatic]
    private static ThreadMeter? _current;

    private readonly CpuLedger _ledger;
    private readonly ThreadClock _clock = ThreadClock.OfThisThread();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly ThreadMeter? _outer = _current;
    private readonly long[] _booked = new long[CpuAccounts.Count];

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
        _current = this;
    }

    /// <summary>The calling thread's meter; null where the thread was registered with no ledger.</summary>
    public static ThreadMeter? Current => _current;

    /// <summary>The thread's name in reports.</summary>
    public string Name { get; }

    /// <summary>The account the thread stands on.</summary>
    public CpuAccount Account => (CpuAccount)Volatile.Read(ref _account);

    /// <summary>Books what the thread burnt since the last switch to the account it leaves, and returns that account; the meter's own thread calls it.</summary>
    public CpuAccount Switch(CpuAccount account)
    {
        var former = _account;
        if (former == (int)account)
        {
            return account;
        }

        var time = ThreadClock.ThisThread();

        // A full fence: on a machine with weak order the bookings must not be seen before the odd version.
        Interlocked.Increment(ref _version);
        _booked[former] += time - _last;
        _last = time;
        _account = (int)account;
        Volatile.Write(ref _version, _version + 1);
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
        var time = ThreadClock.ThisThread();
        Interlocked.Increment(ref _version);
        _booked[_account] += time - _last;
        _last = time;
        Volatile.Write(ref _version, _version + 1);
        _current = _outer;
        _ledger.End(this);
        _clock.Dispose();
    }

    /// <summary>The closed bookings; for the ledger, once the meter ended.</summary>
    internal ReadOnlySpan<long> Booked => _booked;

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
