using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>The clock, what is still to happen, and the steps of processors; two hardware threads of a core slow each other down while both work.</summary>
internal sealed class VirtualTime(double smtThroughput)
{
    private const double Threads = 2;

    public readonly EventHeap Events = new();

    private readonly Queue<(int Processor, int Version)> _due = new();

    /// <summary>Nanoseconds since the beginning.</summary>
    public double Now;

    /// <summary>Puts a processor to work.</summary>
    public void Begin(SimulatedProcessor processor, ProcessorPhase phase, double work, CpuAccount account)
    {
        var worked = processor.IsWorking;
        processor.BookTo(Now);
        (processor.Phase, processor.Account, processor.IsBooking, processor.WorkLeft) = (phase, account, true, work);
        if (processor.Sibling is { } sibling)
        {
            processor.Rate = RateBeside(processor, sibling);
            if (!worked && sibling.IsWorking)
            {
                Rescale(sibling, processor);
            }
        }

        processor.Version++;
        if (work > 0)
        {
            Events.Add(Now + (work / processor.Rate), EventKind.Step, processor.Index, processor.Version);
        }
        else
        {
            _due.Enqueue((processor.Index, processor.Version));
        }
    }

    /// <summary>Takes a step that is over at once, before anything else happens.</summary>
    public bool TryTakeDue(out int processor, out int version)
    {
        var isDue = _due.TryDequeue(out var due);
        (processor, version) = due;
        return isDue;
    }

    /// <summary>Lets a processor do no work for a time, or until somebody puts it to work.</summary>
    public void Rest(SimulatedProcessor processor, ProcessorPhase phase, bool isAwake, double delay)
    {
        var worked = processor.IsWorking;
        processor.BookTo(Now);
        (processor.Phase, processor.Account, processor.IsBooking, processor.WorkLeft) = (phase, CpuAccount.Spin, isAwake, 0);
        processor.Version++;
        if (worked && processor.Sibling is { IsWorking: true } sibling)
        {
            Rescale(sibling, processor);
        }

        if (double.IsFinite(delay))
        {
            Events.Add(Now + delay, EventKind.Step, processor.Index, processor.Version);
        }
    }

    private void Rescale(SimulatedProcessor processor, SimulatedProcessor beside)
    {
        processor.BookTo(Now);
        processor.Rate = RateBeside(processor, beside);
        Events.Add(Now + (Math.Max(0, processor.WorkLeft) / processor.Rate), EventKind.Step, processor.Index, ++processor.Version);
    }

    private double RateBeside(SimulatedProcessor processor, SimulatedProcessor sibling) =>
        sibling.IsWorking ? processor.FullRate * smtThroughput / Threads : processor.FullRate;
}
