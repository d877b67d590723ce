namespace IpsecDp.Modelling.Simulation;

/// <summary>The lane of each SA: jobs in the order of their admission, delivered in it by whoever closes the head.</summary>
internal sealed class LaneTable(JobTable jobs, int lanes)
{
    private readonly int[] _head = [.. Enumerable.Repeat(JobTable.None, lanes)];
    private readonly int[] _tail = [.. Enumerable.Repeat(JobTable.None, lanes)];
    private readonly bool[] _isDrained = new bool[lanes];

    // The job of a turn that still takes packets of the lane.
    private readonly int[] _open = new int[lanes];
    private readonly long[] _turn = new long[lanes];

    /// <summary>The lane's job of a turn, if it has one.</summary>
    public bool TryFindOpen(int lane, long turn, out int job)
    {
        job = _open[lane];
        return _turn[lane] == turn;
    }

    /// <summary>Appends a job, which takes packets for the length of the turn.</summary>
    public void Open(int lane, long turn, int job)
    {
        (_open[lane], _turn[lane]) = (job, turn);
        if (_head[lane] == JobTable.None)
        {
            _head[lane] = job;
        }
        else
        {
            jobs[_tail[lane]].NextInLane = job;
        }

        _tail[lane] = job;
    }

    /// <summary>Closes a job; true with the job to deliver where the caller shall drain the lane.</summary>
    public bool TryClose(int job, out int deliver)
    {
        ref var closed = ref jobs[job];
        closed.IsClosed = true;
        var lane = closed.Lane;
        deliver = _head[lane];
        if (_isDrained[lane] || !jobs[deliver].IsClosed)
        {
            return false;
        }

        _isDrained[lane] = true;
        return true;
    }

    /// <summary>The head was delivered by the caller; true with the next job where there is one to deliver, otherwise the lane is left.</summary>
    public bool TryAdvance(int lane, out int deliver)
    {
        deliver = jobs[_head[lane]].NextInLane;
        _head[lane] = deliver;
        if (deliver == JobTable.None)
        {
            _tail[lane] = JobTable.None;
        }
        else if (jobs[deliver].IsClosed)
        {
            return true;
        }

        _isDrained[lane] = false;
        return false;
    }
}
