using System.Text;

namespace Offload.Tests.Engines.Order;

/// <summary>A state of the explored world: memory, what each thread has done and seen, and its stores that others do not see yet (x86's total store order).</summary>
internal sealed class State
{
    private readonly bool[] _owned;
    private int _deliveredCount;
    private int _delivering = -1;

    private State(int[] memory, ThreadState[] threads, bool[] owned, int[] order)
    {
        Memory = memory;
        Threads = threads;
        _owned = owned;
        Expected = order;
    }

    public State(int jobs, int threads, int[] order)
        : this(new int[Order.Memory.Size(jobs)], [.. Enumerable.Range(0, threads).Select(_ => new ThreadState())], new bool[jobs], order)
    {
    }

    public int[] Memory { get; }

    public ThreadState[] Threads { get; }

    /// <summary>Jobs in the order in which they must be delivered.</summary>
    public int[] Expected { get; }

    public int DeliveredCount => _deliveredCount;

    public bool IsDelivering => _delivering >= 0;

    public State Copy() => new((int[])Memory.Clone(), [.. Threads.Select(thread => thread.Copy())], (bool[])_owned.Clone(), Expected)
    {
        _deliveredCount = _deliveredCount,
        _delivering = _delivering,
    };

    /// <summary>The job belongs to the lane until it is delivered.</summary>
    public void Own(int job) => _owned[job] = true;

    /// <summary>Lets the oldest buffered store of a thread reach memory.</summary>
    public void Flush(int thread)
    {
        var (cell, value) = Threads[thread].Buffer[0];
        Threads[thread].Buffer.RemoveAt(0);
        Memory[cell] = value;
    }

    public int Execute(int thread, Step step, out string? violation)
    {
        violation = TouchOf(step);
        switch (step.Kind)
        {
            case StepKind.Read:
                return Load(thread, step.Cell);
            case StepKind.Write:
                Threads[thread].Buffer.Add((step.Cell, step.Value));
                return 0;
            case StepKind.AddUnfenced:
                return Memory[step.Cell] += step.Value;
            case StepKind.DeliverBegin:
                // The job gives itself back here, by a store that comes after the lane's: who finds the job finds those too.
                FlushAll(thread);
                violation ??= BeginDelivery(step.Value);
                return 0;
            case StepKind.DeliverEnd:
                _delivering = -1;
                return 0;
            default:
                FlushAll(thread);
                return Locked(step);
        }
    }

    public string Key()
    {
        var key = new StringBuilder();
        foreach (var word in Memory)
        {
            key.Append((char)(word + 64));
        }

        foreach (var owned in _owned)
        {
            key.Append(owned ? '+' : '-');
        }

        key.Append((char)(_deliveredCount + 64)).Append((char)(_delivering + 64));
        foreach (var thread in Threads)
        {
            thread.AppendTo(key);
        }

        return key.ToString();
    }

    private int Load(int thread, int cell)
    {
        var buffer = Threads[thread].Buffer;
        var own = buffer.FindLastIndex(store => store.Cell == cell);
        return own >= 0 ? buffer[own].Value : Memory[cell];
    }

    private void FlushAll(int thread)
    {
        while (Threads[thread].Buffer.Count > 0)
        {
            Flush(thread);
        }
    }

    private int Locked(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Add:
                return Memory[step.Cell] += step.Value;
            case StepKind.AddForgetful when step.Value < 0:
                return Memory[step.Cell] = 0;
            case StepKind.AddForgetful:
                return Memory[step.Cell] += step.Value;
            case StepKind.AddUnclaimed:
                return step.Value < 0 ? 0 : 1;
            case StepKind.GateReset:
                return Memory[Order.Memory.GateIsOpen] = 0;
            case StepKind.GateSet:
                return Memory[Order.Memory.GateIsOpen] = 1;
            case StepKind.GateWait:
                return 1;
            default:
                var former = Memory[step.Cell];
                if (step.Kind == StepKind.Exchange || former == step.Expected)
                {
                    Memory[step.Cell] = step.Value;
                }

                return former;
        }
    }

    private string? TouchOf(Step step)
    {
        var owner = step.Cell == Order.Memory.NoCell ? -1 : Order.Memory.OwnerOf(step.Cell);
        return owner >= 0 && !_owned[owner] ? $"job {owner} was touched after it was delivered" : null;
    }

    private string? BeginDelivery(int job)
    {
        var overlap = _delivering >= 0;
        var inOrder = _deliveredCount < Expected.Length && Expected[_deliveredCount] == job;
        _delivering = job;
        _deliveredCount++;
        _owned[job] = false;
        if (overlap)
        {
            return "two deliveries overlap";
        }

        return inOrder ? null : $"job {job} was delivered out of order";
    }
}
