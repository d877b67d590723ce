namespace IpsecDp.Engines;

/// <summary>Exceptions that came out of jobs: how many, and the first for the operator.</summary>
internal sealed class FaultLog
{
    private Exception? _first;
    private long _count;

    public Exception? First => Volatile.Read(ref _first);

    public long Count => Volatile.Read(ref _count);

    public void Record(Exception fault)
    {
        if (fault is AggregateException several)
        {
            foreach (var single in several.InnerExceptions)
            {
                Record(single);
            }

            return;
        }

        Interlocked.CompareExchange(ref _first, fault, null);
        Interlocked.Increment(ref _count);
    }
}
