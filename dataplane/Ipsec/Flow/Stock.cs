using System.Collections.Concurrent;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Objects of one kind that are used again and again by any thread; those of the beginning are made at once, others only when all are out.</summary>
internal sealed class Stock<T>
    where T : class
{
    private readonly ConcurrentQueue<T?> _rested;
    private readonly Func<T> _make;

    /// <summary>Makes the first <paramref name="count"/>.</summary>
    public Stock(int count, Func<T> make)
    {
        _make = make;
        // A queue's memory is as long as what it was made from. Twice the stock never fills: a queue that does moves on to new memory, at whatever moment all happen to rest.
        _rested = new ConcurrentQueue<T?>(new T?[2 * count]);
        while (_rested.TryDequeue(out _))
        {
        }

        for (var i = 0; i < count; i++)
        {
            Return(make());
        }
    }

    /// <summary>Gives one out.</summary>
    public T Take() => _rested.TryDequeue(out var rested) ? rested! : _make();

    /// <summary>Takes one back.</summary>
    public void Return(T item) => _rested.Enqueue(item);
}
