using System.Collections.Concurrent;
using IpsecDp.Engines;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Objects of one kind that are used again and again by any thread; those of the beginning are made at once, others only when all are out and no engine's queue holds work that would bring one back.</summary>
internal sealed class Stock<T>
    where T : class
{
    private readonly ConcurrentQueue<T?> _rested;
    private readonly EnginePool? _pool;
    private readonly Func<T> _make;
    private int _made;

    // The latest to come back, whose memory is still at hand: where one at a time is out it is always the same.
    private T? _latest;

    /// <summary>Makes the first <paramref name="count"/>; <paramref name="pool"/> runs what lies in queues, null for objects that are never queued.</summary>
    public Stock(int count, EnginePool? pool, Func<T> make)
    {
        (_pool, _make) = (pool, make);
        // A queue's memory is as long as what it was made from. Twice the stock never fills: a queue that does moves on to new memory, at whatever moment all happen to rest.
        _rested = new ConcurrentQueue<T?>(new T?[2 * count]);
        while (_rested.TryDequeue(out _))
        {
        }

        for (var i = 0; i < count; i++)
        {
            Return(Make());
        }
    }

    /// <summary>How many there are, at work or at rest.</summary>
    public int Made => Volatile.Read(ref _made);

    /// <summary>Gives one out.</summary>
    public T Take() => TryTake() ?? TakeOrMake();

    /// <summary>Takes one back.</summary>
    public void Return(T item)
    {
        if (Interlocked.Exchange(ref _latest, item) is { } older)
        {
            _rested.Enqueue(older);
        }
    }

    private T? TryTake() => Interlocked.Exchange(ref _latest, null) ?? (_rested.TryDequeue(out var rested) ? rested : null);

    // Packets come faster than the engines take them: who brings them works off the oldest, which also lets out what waits behind it in its lane.
    private T TakeOrMake()
    {
        while (_pool is not null && _pool.TakeOver())
        {
            if (TryTake() is { } rested)
            {
                return rested;
            }
        }

        return Make();
    }

    private T Make()
    {
        Interlocked.Increment(ref _made);
        return _make();
    }
}
