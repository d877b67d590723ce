namespace IpsecDp.Workloads.OpenLoop;

/// <summary>The last number seen of each flow; a flow's packets come one at a time, whatever thread brings them.</summary>
public sealed class ArrivalOrder(int flows)
{
    private readonly long[] _last = new long[flows];

    /// <summary>Flows that are watched.</summary>
    public int Flows => _last.Length;

    /// <summary>Forgets all of them, for a new trial.</summary>
    public void Begin() => Array.Fill(_last, -1);

    /// <summary>Whether the packet is behind none of its flow that has a later number.</summary>
    public bool IsNext(int flow, uint number)
    {
        var isNext = number > Volatile.Read(ref _last[flow]);
        if (isNext)
        {
            Volatile.Write(ref _last[flow], number);
        }

        return isNext;
    }
}
