using System.Runtime.CompilerServices;
using IpsecDp.Engines;
using IpsecDp.Engines.Order;

namespace Offload.Tests.Engines.Order;

/// <summary>Names the words two threads of a lane share; values are numbers, a job being its number plus one and null 0.</summary>
internal static class Memory
{
    public const int NoCell = -1;
    public const int Arrivals = 0;
    public const int Head = 1;
    public const int Knocks = 2;
    public const int Opened = 3;
    public const int Delivered = 4;
    public const int Gate = 5;
    public const int GateIsOpen = 6;

    private const int Fixed = 7;

    public static int Size(int jobs) => Fixed + (2 * jobs);

    public static int LinkOf(int job) => Fixed + (2 * job);

    public static int ClosedOf(int job) => Fixed + (2 * job) + 1;

    /// <summary>The job whose word a cell is; -1 for the lane's own.</summary>
    public static int OwnerOf(int cell) => cell < Fixed ? -1 : (cell - Fixed) / 2;

    public static int CellOf<TSync>(ref LaneOrder<TSync> order, ModelJob[] jobs, ref int location)
        where TSync : struct, ILaneSync
    {
        if (Unsafe.AreSame(ref location, ref order.Knocks))
        {
            return Knocks;
        }

        if (Unsafe.AreSame(ref location, ref order.Opened))
        {
            return Opened;
        }

        if (Unsafe.AreSame(ref location, ref order.Delivered))
        {
            return Delivered;
        }

        foreach (var job in jobs)
        {
            if (Unsafe.AreSame(ref location, ref job.Closed))
            {
                return ClosedOf(job.Number);
            }
        }

        throw new InvalidOperationException("a step on a word the model does not know");
    }

    public static int CellOf<TSync>(ref LaneOrder<TSync> order, ModelJob[] jobs, ref LaneJob? location)
        where TSync : struct, ILaneSync
    {
        if (Unsafe.AreSame(ref location, ref order.Arrivals))
        {
            return Arrivals;
        }

        if (Unsafe.AreSame(ref location, ref order.Head))
        {
            return Head;
        }

        foreach (var job in jobs)
        {
            if (Unsafe.AreSame(ref location, ref job.NextInLane))
            {
                return LinkOf(job.Number);
            }
        }

        throw new InvalidOperationException("a step on a link the model does not know");
    }
}
