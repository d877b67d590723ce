namespace IpsecDp.Adapters.Windows;

/// <summary>Outboxes for as many threads as send at once, taken and returned without a lock; one more is made where all are out.</summary>
internal sealed class OutboxStock
{
    private readonly DivertOutbox?[] _idle = new DivertOutbox?[32];

    /// <summary>An empty outbox.</summary>
    public DivertOutbox Take()
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (Volatile.Read(ref _idle[i]) is not null && Interlocked.Exchange(ref _idle[i], null) is { } idle)
            {
                return idle;
            }
        }

        return new DivertOutbox();
    }

    /// <summary>Takes an empty outbox back.</summary>
    public void Return(DivertOutbox outbox)
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _idle[i], outbox, null) is null)
            {
                return;
            }
        }
    }
}
