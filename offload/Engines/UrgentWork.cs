using IpsecDp.Engines.Accounting;

namespace IpsecDp.Engines;

/// <summary>What a general thread goes on with while a job of its own waits for an engine: work that matters more than the wait. The job stays the thread's, and nothing else is begun until it is placed.</summary>
public abstract class UrgentWork
{
    /// <summary>How late such work is noticed by a thread that sleeps for room: what wakes it rings only for room.</summary>
    public static TimeSpan LookAgain { get; } = TimeSpan.FromMicroseconds(100);

    [ThreadStatic]
    private static UrgentWork? _ofThisThread;

    private bool _isServed;

    /// <summary>Makes it the calling thread's, for as long as the thread lives.</summary>
    public void Bind() => _ofThisThread = this;

    /// <summary>Whether some waits; asked again and again.</summary>
    protected abstract bool IsWaiting { get; }

    /// <summary>Does a part of it that others need not wait for long, and may submit jobs; a wait of those is waited out.</summary>
    protected abstract void Serve();

    /// <summary>A pause no longer than the thread's urgent work may go unnoticed.</summary>
    internal static TimeSpan Shorten(TimeSpan pause) => _ofThisThread is { _isServed: false } && pause > LookAgain ? LookAgain : pause;

    /// <summary>Serves a part of what waits; false when the calling thread has none, or is at it.</summary>
    internal static bool TryServe()
    {
        // Once and no deeper: the jobs it brings are as important as any it could bring meanwhile, and a stack has an end.
        if (_ofThisThread is not { _isServed: false } work || !work.IsWaiting)
        {
            return false;
        }

        var meter = ThreadMeter.Current;
        var former = meter?.Switch(CpuSlot.Of(CpuAccount.General));
        work._isServed = true;
        work.Serve();
        work._isServed = false;
        if (former is { } slot)
        {
            meter?.Switch(slot);
        }

        return true;
    }
}
