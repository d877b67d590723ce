using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace IpsecDp.Engines.Order;

/// <summary>The algorithm of <see cref="OrderedLane"/> over its steps. Arrivals are a stack the opener pushes on and whoever is inside takes whole and turns round, so no thread follows a link of a job that another may have delivered and given away.</summary>
internal struct LaneOrder<TSync>
    where TSync : struct, ILaneSync
{
    // Newest first.
    internal LaneJob? Arrivals;

    // Oldest first; touched only by the thread that is inside.
    internal LaneJob? Head;

    // Closes that were not answered yet; the thread that raised it from zero is inside.
    internal int Knocks;

    // Both wrap; only their difference counts.
    internal int Opened;
    internal int Delivered;

    internal ManualResetEventSlim? Drained;

    // Of LaneImportance, touched by who opens; they lie here because here is room for them, and there may be a million lanes.
    internal byte Importance;
    internal byte RidesAlong;

    public bool IsIdle => InFlight == 0;

    public int InFlight
    {
        get
        {
            var delivered = TSync.Read(ref Delivered);
            return TSync.Read(ref Opened) - delivered;
        }
    }

    public void Open(LaneJob job)
    {
        TSync.Write(ref Opened, TSync.Read(ref Opened) + 1);
        TSync.Write(ref job.Closed, 0);
        LaneJob? newest;
        do
        {
            newest = TSync.Read(ref Arrivals);
            TSync.Write(ref job.NextInLane, newest);
        }
        while (TSync.CompareExchange(ref Arrivals, job, newest) != newest);
    }

    public void Close(LaneJob job)
    {
        TSync.Write(ref job.Closed, 1);

        // The knock is a full fence after the mark and before any look at the head. With a plain store two threads that
        // close neighbours can each miss the other's mark, and the lane sleeps with a closed head.
        // From here on another thread may deliver the job: it is not ours to touch.
        if (TSync.Add(ref Knocks, 1) != 1)
        {
            return;
        }

        List<Exception>? faults = null;
        var answered = 1;
        do
        {
            DeliverClosed(ref faults);

            // Release and re-check in one step: a knock that came in meanwhile keeps this thread inside for another look.
            answered = TSync.Add(ref Knocks, -answered);
        }
        while (answered != 0);

        if (TSync.Read(ref Drained) is { } gate && IsIdle)
        {
            TSync.Set(gate);
        }

        Raise(faults);
    }

    public bool Drain(TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        var gate = Gate();
        while (true)
        {
            // Reset before the look: whoever delivers the last job after it finds the gate and opens it.
            TSync.Reset(gate);
            if (IsIdle)
            {
                TSync.Set(gate);
                return true;
            }

            var left = patience == Timeout.InfiniteTimeSpan ? patience : patience - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero && patience != Timeout.InfiniteTimeSpan)
            {
                return false;
            }

            // An open gate is only a hint: it may stem from a moment before the last job was opened.
            TSync.Wait(gate, left);
        }
    }

    private ManualResetEventSlim Gate()
    {
        if (TSync.Read(ref Drained) is { } standing)
        {
            return standing;
        }

        var gate = new ManualResetEventSlim(initialState: false, spinCount: 0);
        return TSync.CompareExchange(ref Drained, gate, null) ?? gate;
    }

    private void DeliverClosed(ref List<Exception>? faults)
    {
        while ((TSync.Read(ref Head) ?? TakeArrivals()) is { } job && TSync.Read(ref job.Closed) != 0)
        {
            TSync.Write(ref Head, TSync.Read(ref job.NextInLane));
            try
            {
                job.Deliver();
            }
            catch (Exception fault)
            {
                // Kept for the caller: thrown from here it would leave the lane claimed for ever.
                (faults ??= []).Add(fault);
            }

            TSync.Write(ref Delivered, TSync.Read(ref Delivered) + 1);
        }
    }

    private LaneJob? TakeArrivals()
    {
        var newest = TSync.Exchange(ref Arrivals, null);
        LaneJob? oldest = null;
        while (newest is not null)
        {
            var older = TSync.Read(ref newest.NextInLane);
            TSync.Write(ref newest.NextInLane, oldest);
            oldest = newest;
            newest = older;
        }

        TSync.Write(ref Head, oldest);
        return oldest;
    }

    private static void Raise(List<Exception>? faults)
    {
        if (faults is null)
        {
            return;
        }

        if (faults.Count > 1)
        {
            throw new AggregateException(faults);
        }

        ExceptionDispatchInfo.Throw(faults[0]);
    }
}
