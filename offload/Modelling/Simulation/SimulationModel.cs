using IpsecDp.Engines;

namespace IpsecDp.Modelling.Simulation;

/// <summary>A machine, what it costs and what is offered to it: all that a simulation depends on.</summary>
public sealed record SimulationModel
{
    /// <summary>General processors, each with a line thread and rings of its own.</summary>
    public required int GeneralProcessors { get; init; }

    /// <summary>Specialty engines; 0 runs everything on the general processors.</summary>
    public required int Engines { get; init; }

    /// <summary>What is offered.</summary>
    public required IReadOnlyList<OfferedStream> Streams { get; init; }

    /// <summary>What each way costs.</summary>
    public required IReadOnlyList<PathCosts> Paths { get; init; }

    /// <summary>What moving a job costs.</summary>
    public required HandOverCosts HandOver { get; init; }

    /// <summary>When general processors help.</summary>
    public NeedHelpRule Rule { get; init; } = new();

    /// <summary>Hardware threads that share an engine's core: 1, or 2 for SMT-2; engines 0 and 1 share the first core then.</summary>
    public int ThreadsPerCore { get; init; } = 1;

    /// <summary>What both threads of a core do together, in units of one thread alone; 1 to 2.</summary>
    public double SmtThroughput { get; init; } = 1.25;

    /// <summary>How much faster an engine is than a general processor (569/256 and the like); costs are those of a full-speed processor, so a general one takes so many times longer.</summary>
    public double Normalisation { get; init; } = 1;

    /// <summary>The share of its processor that a general thread has, above 0 and up to 1; the rest is others'.</summary>
    public double GeneralShare { get; init; } = 1;

    /// <summary>The same of an engine.</summary>
    public double EngineShare { get; init; } = 1;

    /// <summary>One queue for all engines, as the queueing theory's M/M/c has it, instead of one each with the least loaded chosen.</summary>
    public bool IsQueueShared { get; init; }

    /// <summary>Packets a general processor takes at once.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The same of routine packets, of precedence 0, where others have rings of their own: a marked packet waits for such a batch at most.</summary>
    public int RoutineBatchSize { get; init; } = 32;

    /// <summary>Packets that wait in a ring of a general processor; what finds no room is lost.</summary>
    public int RingLength { get; init; } = 1024;

    /// <summary>Jobs of a general processor that may be under way besides those the engines' queues hold.</summary>
    public int JobsOutsideQueues { get; init; } = 128;

    /// <summary>General processors look for packets instead of sleeping until one wakes them.</summary>
    public bool GeneralsPoll { get; init; } = true;

    /// <summary>Engines varied off and on.</summary>
    public IReadOnlyList<VaryEvent> Vary { get; init; } = [];

    /// <summary>Virtual time before anything is counted.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Virtual time that is counted.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Batches the counted time is cut into for its confidence intervals.</summary>
    public int Batches { get; init; } = 20;

    /// <summary>Equal seeds give equal results.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Refuses a machine that cannot be, with an <see cref="ArgumentException"/> in a sentence.</summary>
    public void Validate()
    {
        Rule.Validate();
        HandOver.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(GeneralProcessors, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Engines);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RoutineBatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RingLength, BatchSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(Batches, 2);
        if (ThreadsPerCore is not (1 or 2) || (ThreadsPerCore == 2 && Engines % 2 != 0))
        {
            throw new ArgumentException("an engine's core has one hardware thread or two, and with two the engines are even in number");
        }

        if (!(SmtThroughput is >= 1 and <= 2) || !(Normalisation > 0 && double.IsFinite(Normalisation)))
        {
            throw new ArgumentException("two threads of a core do 1 to 2 times what one does, and the normalisation factor is above 0");
        }

        if (!(GeneralShare is > 0 and <= 1 && EngineShare is > 0 and <= 1))
        {
            throw new ArgumentException("a thread has more than nothing of its processor, and at most all of it");
        }

        if (Streams.Count == 0 || Duration <= TimeSpan.Zero || WarmUp < TimeSpan.Zero)
        {
            throw new ArgumentException("a simulation offers at least one stream for more than no time");
        }

        ValidateParts();
    }

    private void ValidateParts()
    {
        foreach (var path in Paths)
        {
            path.Validate();
        }

        foreach (var stream in Streams)
        {
            stream.Validate();
            if (!Paths.Any(path => path.Name == stream.Path))
            {
                throw new ArgumentException($"{stream.Name}: the way {stream.Path} has no costs");
            }
        }

        if (Vary.Any(vary => vary.Engine < 0 || vary.Engine >= Engines || vary.At < TimeSpan.Zero))
        {
            throw new ArgumentException("an engine that is varied is one of the machine's, at a time from 0");
        }
    }
}
