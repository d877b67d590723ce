using IpsecDp.Engines.Sleep;

namespace IpsecDp.Engines;

/// <summary>Where general threads wait for room in a queue when they may not help: enter, look at <see cref="Changes"/>, try, wait, leave.</summary>
internal sealed class RoomGate
{
    // A word and no Monitor: who has urgent work sleeps for less than the millisecond a Monitor counts in.
    private readonly WaitWord _changes = new();
    private int _waiting;

    /// <summary>How often room was announced.</summary>
    public int Changes => Volatile.Read(ref _changes.Value);

    /// <summary>Whether somebody waits; asked after a full fence, by whom a waiter's attempt has missed.</summary>
    public bool IsAwaited => Volatile.Read(ref _waiting) != 0;

    // A full fence before the attempt that follows: who makes room after a failed attempt sees the waiter.
    public void Enter() => Interlocked.Increment(ref _waiting);

    public void Leave() => Interlocked.Decrement(ref _waiting);

    /// <summary>Sleeps until room was announced since <paramref name="seen"/>, or the time ran out; it may return sooner.</summary>
    public void Wait(int seen, TimeSpan patience) => _changes.WaitWhile(seen, patience);

    /// <summary>Tells the waiters of room; the caller made it with a full fence.</summary>
    public void Announce()
    {
        if (!IsAwaited)
        {
            return;
        }

        Interlocked.Increment(ref _changes.Value);
        _changes.WakeAll();
    }
}
