namespace IpsecDp.Engines.Pinning;

/// <summary>
/// Where the general threads of a data plane sit while little comes: together, on the processor its protected packets arrive on.
/// There a packet and its answer wake nobody on another processor, which where that one halted costs more than all that is done to
/// the packet, and code and data of both ways lie in one cache. Under load each sits where its placement has it.
/// </summary>
/// <remarks>
/// Shared by the threads; the one of the cipher side says where packets arrive. Two data planes whose packets arrive where the
/// other's thread sends meet on one processor. Times are milliseconds of the system's tick count.
/// </remarks>
public sealed class Gathering
{
    // Threads that moved within a pause of bulk would pay for both ways.
    private const int Patience = 300;

    // Packets of many peers arrive on many processors, and whoever sends chooses: threads that went after each run of them would do little else. By lot, for the reason below.
    private const int LeastStay = 100;
    private const int MostStay = 400;

    // Data planes that moved to each other's processor after the same number of packets would change places and not meet.
    private const int LeastArrivals = 4;
    private const int MostArrivals = 12;

    private readonly int[] _processors;
    private readonly Random _dice;
    private readonly Deference _deference = new();
    private long _busyUntil = long.MinValue;
    private int _chosen = ThreadBinding.None;
    private int _candidate = ThreadBinding.None;
    private int _arrivals;
    private int _wanted;
    private long _staysUntil = long.MinValue;

    /// <summary>Gathers on one of <paramref name="processors"/>, and nowhere if there are none.</summary>
    public Gathering(IReadOnlyList<int> processors, Random dice)
    {
        (_processors, _dice) = ([.. processors], dice);
        _wanted = _dice.Next(LeastArrivals, MostArrivals);
    }

    /// <summary>A processor the threads may sit on, or <see cref="ThreadBinding.None"/> where they may on none.</summary>
    internal int Somewhere => _processors.Length > 0 ? _processors[0] : ThreadBinding.None;

    /// <summary>Whether the threads may sit on a processor.</summary>
    internal bool IsOffered(int processor) => Array.IndexOf(_processors, processor) >= 0;

    /// <summary>The processor to sit on, or <see cref="ThreadBinding.None"/> for each thread's own.</summary>
    internal int At(long now) => IsQuiet(now) ? Volatile.Read(ref _chosen) : ThreadBinding.None;

    /// <summary>Says that a thread has much to do.</summary>
    internal void Part(long now)
    {
        // Under load that is so with each batch, and a line that is not written stays in every cache.
        if (Volatile.Read(ref _busyUntil) < now + (Patience / 2))
        {
            Volatile.Write(ref _busyUntil, now + Patience);
        }
    }

    /// <summary>Whether those that sit together let who wakes them finish.</summary>
    internal bool Defers(long now) => _deference.IsOn(now);

    /// <summary>Counts a packet that arrived on a processor while little came, and how late it was received: several in a row on another processor than the chosen one choose it, and on one where the threads may not sit choose none.</summary>
    internal void Arrive(int processor, TimeSpan lateness, long now)
    {
        if (!IsQuiet(now))
        {
            return;
        }

        if (processor == _chosen)
        {
            _arrivals = 0;
            _deference.Count(lateness, now);
            return;
        }

        (_candidate, _arrivals) = (processor, processor == _candidate ? _arrivals + 1 : 1);
        if (_arrivals >= _wanted && now >= _staysUntil)
        {
            _staysUntil = now + _dice.Next(LeastStay, MostStay);
            Volatile.Write(ref _chosen, IsOffered(processor) ? processor : ThreadBinding.None);
            (_arrivals, _wanted) = (0, _dice.Next(LeastArrivals, MostArrivals));
        }
    }

    private bool IsQuiet(long now) => now >= Volatile.Read(ref _busyUntil);
}
