namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>The threads of an application and the first thing that went wrong in one of them.</summary>
internal sealed class FlowThreads
{
    private readonly List<Thread> _threads = [];
    private Exception? _failure;
    private volatile bool _isClosing;

    /// <summary>The first exception, or null; those of sockets that were closed on purpose are none.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Starts a thread.</summary>
    public void Start(string name, Action work)
    {
        var thread = new Thread(() => Guard(work)) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
    }

    /// <summary>From here on a socket may be closed under a thread.</summary>
    public void ExpectEnd() => _isClosing = true;

    /// <summary>Waits for all of them.</summary>
    public void Join() => _threads.ForEach(thread => thread.Join());

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            if (!_isClosing)
            {
                Interlocked.CompareExchange(ref _failure, failure, null);
            }
        }
    }
}
