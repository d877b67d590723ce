namespace IpsecDp.Ike.V2;

/// <summary>Children that are to be started when their time comes: automatic ones, and those that were lost.</summary>
internal sealed class StartQueue
{
    /// <summary>How long a start waits after its child was lost.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    private readonly List<(string Connection, string Child, DateTimeOffset At)> _starts = [];

    /// <summary>The earliest; null without any.</summary>
    public DateTimeOffset? WakeAt => _starts.Count == 0 ? null : _starts.Min(start => start.At);

    /// <summary>Puts a start in, unless the child's stands here.</summary>
    public void Add(string connection, string child, DateTimeOffset at)
    {
        if (!_starts.Exists(start => start.Connection == connection && start.Child == child))
        {
            _starts.Add((connection, child, at));
        }
    }

    /// <summary>Takes all whose time has come.</summary>
    public IReadOnlyList<(string Connection, string Child)> TakeDue(DateTimeOffset now)
    {
        var due = _starts.Where(start => start.At <= now).Select(start => (start.Connection, start.Child)).ToList();
        _starts.RemoveAll(start => start.At <= now);
        return due;
    }
}
