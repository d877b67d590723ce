using IpsecDp.Ike.V2.Exchanges;

namespace IpsecDp.Ike.V2;

/// <summary>Work of a session in the order it is done: deletes before rekeys before the rest, each kind as it came; some waits for its time.</summary>
internal sealed class TaskQueue
{
    private readonly List<IkeExchange> _tasks = [];

    /// <summary>When the first of them may start; null without any.</summary>
    public DateTimeOffset? WakeAt => _tasks.Count == 0 ? null : _tasks.Min(task => task.NotBefore);

    /// <summary>Adds one.</summary>
    public void Add(IkeExchange exchange) => _tasks.Add(exchange);

    /// <summary>Whether one of a kind is here.</summary>
    public bool Has<T>()
        where T : IkeExchange => _tasks.Exists(task => task is T);

    /// <summary>Takes the first whose time has come; null without any.</summary>
    public IkeExchange? TryTake(DateTimeOffset now)
    {
        IkeExchange? first = null;
        foreach (var task in _tasks)
        {
            if (task.NotBefore <= now && (first is null || task.Urgency < first.Urgency))
            {
                first = task;
            }
        }

        if (first is not null)
        {
            _tasks.Remove(first);
        }

        return first;
    }

    /// <summary>Drops all.</summary>
    public void Clear()
    {
        foreach (var task in _tasks)
        {
            task.Dispose();
        }

        _tasks.Clear();
    }
}
