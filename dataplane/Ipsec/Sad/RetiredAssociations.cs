using System.Collections.Concurrent;
using IpsecDp.Engines;

namespace IpsecDp.Ipsec.Sad;

/// <summary>SAs that are out of use while jobs of theirs are still under way: their keys are zeroed when the last is delivered, however long that takes.</summary>
internal sealed class RetiredAssociations
{
    private readonly ConcurrentQueue<(OrderedLane Lane, IDisposable Keys)> _waiting = new();

    /// <summary>SAs whose keys are not zeroed yet.</summary>
    public int Count => _waiting.Count;

    /// <summary>Waits for the lane and zeroes the keys; those of a lane that takes longer are zeroed at a later look.</summary>
    public void End(OrderedLane lane, IDisposable keys, TimeSpan patience)
    {
        if (lane.Drain(patience))
        {
            keys.Dispose();
        }
        else
        {
            _waiting.Enqueue((lane, keys));
        }
    }

    /// <summary>Zeroes the keys of those that are done.</summary>
    public void Look()
    {
        for (var left = _waiting.Count; left > 0 && _waiting.TryDequeue(out var retired); left--)
        {
            End(retired.Lane, retired.Keys, TimeSpan.Zero);
        }
    }
}
