namespace IpsecDp.Modelling.Simulation;

/// <summary>Events by time, those of one time in the order in which they were added; a heap of four children a node, which moves less memory than one of two.</summary>
internal sealed class EventHeap
{
    private const int Children = 4;

    private SimulatedEvent[] _events = new SimulatedEvent[1024];
    private long _added;

    public int Count { get; private set; }

    /// <summary>Adds an event.</summary>
    public void Add(double time, EventKind kind, int subject, int version)
    {
        if (Count == _events.Length)
        {
            Array.Resize(ref _events, 2 * Count);
        }

        var events = _events;
        var order = _added++;
        var at = Count++;
        while (at > 0)
        {
            var parent = (at - 1) / Children;
            // An equal time was added before, and stays before.
            if (events[parent].Time <= time)
            {
                break;
            }

            events[at] = events[parent];
            at = parent;
        }

        events[at] = new SimulatedEvent { Time = time, Order = order, Subject = subject, Version = version, Kind = kind };
    }

    /// <summary>Takes the earliest; there is one.</summary>
    public SimulatedEvent Take()
    {
        var events = _events;
        var first = events[0];
        var last = events[--Count];
        var at = 0;
        for (var child = 1; child < Count; child = (at * Children) + 1)
        {
            var least = child;
            var end = Math.Min(child + Children, Count);
            for (var other = child + 1; other < end; other++)
            {
                if (IsBefore(events[other], events[least]))
                {
                    least = other;
                }
            }

            if (!IsBefore(events[least], last))
            {
                break;
            }

            events[at] = events[least];
            at = least;
        }

        events[at] = last;
        return first;
    }

    private static bool IsBefore(in SimulatedEvent one, in SimulatedEvent other) =>
        one.Time < other.Time || (one.Time == other.Time && one.Order < other.Order);
}
