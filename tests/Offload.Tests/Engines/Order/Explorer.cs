using IpsecDp.Engines;
using IpsecDp.Engines.Order;

namespace Offload.Tests.Engines.Order;

/// <summary>Goes through every order of the steps of an opener, closers and a drainer of one lane, each state once.</summary>
internal sealed class Explorer<TAddition> : ICellMap
    where TAddition : struct, IAddition
{
    private readonly Call[][] _programs;
    private readonly Schedule _schedule;
    private readonly HashSet<string> _visited = [];
    private readonly Stack<State> _open = new();
    private LaneOrder<ModelSync<TAddition>> _lane;

    /// <summary>Thread 0 opens the jobs in that order, a repeated job once it was delivered; each closer closes its jobs in its order, once they are opened; a drainer follows if asked for.</summary>
    public Explorer(int[] opened, int[][] closers, bool withDrainer = false)
    {
        var jobs = opened.Distinct().Count();
        _schedule = new Schedule([.. Enumerable.Range(0, jobs).Select(number => new ModelJob(number))]) { Map = this };
        _programs =
        [
            [.. opened.Select((_, place) => new Call(CallKind.Open, place))],
            .. closers.Select(places => places.Select(place => new Call(CallKind.Close, place)).ToArray()),
        ];
        if (withDrainer)
        {
            _programs = [.. _programs, [new Call(CallKind.Drain, 0)]];
        }

        _open.Push(new State(jobs, _programs.Length, opened));
    }

    private enum CallKind
    {
        Open,
        Close,
        Drain,
    }

    /// <summary>Different states seen.</summary>
    public int States => _visited.Count;

    /// <summary>States in which every thread had come to its end.</summary>
    public int Ends { get; private set; }

    /// <summary>The first fault of any schedule; null if none has one.</summary>
    public string? FindViolation()
    {
        while (_open.TryPop(out var state))
        {
            if (_visited.Add(state.Key()) && Explore(state) is { } violation)
            {
                return violation;
            }
        }

        return null;
    }

    public int CellOf(ref int location) => Memory.CellOf(ref _lane, _schedule.Jobs, ref location);

    public int CellOf(ref LaneJob? location) => Memory.CellOf(ref _lane, _schedule.Jobs, ref location);

    private string? Explore(State state)
    {
        var moved = false;
        for (var thread = 0; thread < _programs.Length; thread++)
        {
            if (state.Threads[thread].Buffer.Count > 0)
            {
                var flushed = state.Copy();
                flushed.Flush(thread);
                _open.Push(flushed);
                moved = true;
            }

            if (CanStart(state, thread))
            {
                var next = state.Copy();
                moved |= Step(next, thread);
                if (_schedule.Violation is { } violation)
                {
                    return violation;
                }
            }
        }

        return moved ? null : JudgeEnd(state);
    }

    private bool CanStart(State state, int thread)
    {
        var call = state.Threads[thread].Call;
        if (call == _programs[thread].Length)
        {
            return false;
        }

        var (kind, place) = _programs[thread][call];
        return kind switch
        {
            // A job is opened again only after its delivery gave it back, which may be before that delivery has ended.
            CallKind.Open => Array.IndexOf(state.Expected, state.Expected[place]) is var first
                && (first == place || state.DeliveredCount > Array.LastIndexOf(state.Expected, state.Expected[place], place - 1)),

            // A queue carries the job from the opener to the closer, and its own fences with it.
            CallKind.Close => state.Threads[0].Call > place,

            // The SA left its table: nobody opens any more.
            _ => state.Threads[0].Call == state.Expected.Length,
        };
    }

    private bool Step(State next, int thread)
    {
        var (kind, place) = _programs[thread][next.Threads[thread].Call];
        var job = _schedule.Jobs[next.Expected[place]];
        if (kind == CallKind.Open && next.Threads[thread].Seen.Count == 0)
        {
            next.Own(job.Number);
        }

        var ended = _schedule.Advance(next, thread, () => Make(kind, job));
        if (!_schedule.Stepped && !ended)
        {
            return false;
        }

        if (ended)
        {
            next.Threads[thread].Call++;
            next.Threads[thread].Seen.Clear();
            if (kind == CallKind.Drain && (next.DeliveredCount < next.Expected.Length || next.IsDelivering))
            {
                _schedule.Fail("the drain ended before the last delivery did");
            }
        }

        _open.Push(next);
        return true;
    }

    private void Make(CallKind kind, ModelJob job)
    {
        switch (kind)
        {
            case CallKind.Open:
                _lane.Open(job);
                break;
            case CallKind.Close:
                _lane.Close(job);
                break;
            default:
                _lane.Drain(Timeout.InfiniteTimeSpan);
                break;
        }
    }

    private string? JudgeEnd(State state)
    {
        Ends++;
        if (state.DeliveredCount < state.Expected.Length)
        {
            return "a closed head was left undelivered";
        }

        var waits = Enumerable.Range(0, _programs.Length).Any(thread => state.Threads[thread].Call < _programs[thread].Length);
        return waits ? "a thread sleeps though the lane is idle" : null;
    }

    private readonly record struct Call(CallKind Kind, int Place);
}
