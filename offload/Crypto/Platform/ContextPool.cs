namespace IpsecDp.Crypto.Platform;

/// <summary>Keyed contexts of one SA, lent to one thread at a time: the platform's cipher objects keep state between calls.</summary>
/// <remarks>A context is made when more threads work on the SA at once than ever before, so a steady state allocates nothing and an idle SA holds nothing.</remarks>
internal sealed class ContextPool<T>(Func<T> create) : IDisposable
    where T : class, IDisposable
{
    private static readonly int Capacity = Math.Max(4, 2 * Environment.ProcessorCount);

    private readonly T?[] _idle = new T?[Capacity];
    private volatile bool _isDisposed;

    /// <summary>Lends a context; the borrower gives it back with <see cref="Return"/>.</summary>
    public T Rent()
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is not null && Interlocked.Exchange(ref _idle[i], null) is { } context)
            {
                return context;
            }
        }

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return create();
    }

    /// <summary>Takes a context back, or zeroes it when the pool is full or gone.</summary>
    public void Return(T context)
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is null && Interlocked.CompareExchange(ref _idle[i], context, null) is null)
            {
                // A dispose between the two looks would leave this key alive.
                if (_isDisposed)
                {
                    Drain();
                }

                return;
            }
        }

        context.Dispose();
    }

    public void Dispose()
    {
        _isDisposed = true;
        Drain();
    }

    private void Drain()
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            Interlocked.Exchange(ref _idle[i], null)?.Dispose();
        }
    }
}
