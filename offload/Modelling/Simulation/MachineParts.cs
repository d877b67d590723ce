using IpsecDp.Engines;
using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>The parts a simulated machine is made of, built from its model.</summary>
internal sealed class MachineParts
{
    public MachineParts(SimulationModel model)
    {
        Model = model;
        Dice = new RandomStream(model.Seed);
        Time = new VirtualTime(model.SmtThroughput);
        Jobs = new JobTable(model.BatchSize);
        Streams = [.. model.Streams];
        LaneStream = [.. Streams.SelectMany((stream, index) => Enumerable.Repeat(index, stream.Associations))];
        Lanes = new LaneTable(Jobs, LaneStream.Length);
        Generals = [.. Enumerable.Range(0, model.GeneralProcessors).Select(MakeGeneral)];
        var shared = model.IsQueueShared ? MakeQueue(model.Engines) : null;
        Engines = [.. Enumerable.Range(0, model.Engines).Select(number => new SimulatedEngine(model.GeneralProcessors + number, number, model.EngineShare, shared ?? MakeQueue(1), model.HandOver))];
        Queues = [.. Engines.Select(engine => engine.Queue).Distinct()];
        Processors = [.. Generals, .. Engines];
        for (var number = 0; model.ThreadsPerCore == 2 && number < Engines.Length; number++)
        {
            Engines[number].Sibling = Engines[number ^ 1];
        }

        int[] paths = [.. Streams.Select(stream => model.Paths.TakeWhile(path => path.Name != stream.Path).Count())];
        StreamPath = paths;
        Draws = [.. model.Paths.Select(path => new PathDraws(path))];
        Latencies = [.. Streams.Select(_ => new LatencyHistogram())];
        Stock = model.JobsOutsideQueues + ((long)model.Engines * model.Rule.QueueDepth);
    }

    public SimulationModel Model { get; }

    public RandomStream Dice { get; }

    public VirtualTime Time { get; }

    public JobTable Jobs { get; }

    public LaneTable Lanes { get; }

    public OfferedStream[] Streams { get; }

    /// <summary>The stream of each lane.</summary>
    public int[] LaneStream { get; }

    /// <summary>The way of each stream.</summary>
    public int[] StreamPath { get; }

    /// <summary>The costs of each way.</summary>
    public PathDraws[] Draws { get; }

    public LatencyHistogram[] Latencies { get; }

    public GeneralProcessor[] Generals { get; }

    public SimulatedEngine[] Engines { get; }

    public SimulatedQueue[] Queues { get; }

    public SimulatedProcessor[] Processors { get; }

    /// <summary>General processors whose job found no room.</summary>
    public List<GeneralProcessor> AwaitingRoom { get; } = [];

    /// <summary>General processors that have no job at rest and may not help.</summary>
    public List<GeneralProcessor> AwaitingProgress { get; } = [];

    public SimulationCounts Counts { get; } = new();

    /// <summary>Jobs a general processor may have under way.</summary>
    public long Stock { get; }

    private GeneralProcessor MakeGeneral(int index)
    {
        // SAs are dealt out in turn, over all streams, as a network card deals out flows.
        var lanes = Streams.Select((_, stream) => Enumerable.Range(0, LaneStream.Length)
            .Where(lane => LaneStream[lane] == stream && lane % Model.GeneralProcessors == index).ToArray());
        PacketRing[] rings = [.. Streams.Select(static stream => stream.Precedence).Distinct().OrderDescending().Select(precedence => new PacketRing(precedence, Model.RingLength))];
        var source = new PacketSource(Streams, [.. lanes], rings, new RandomStream(Dice.Next()));
        return new GeneralProcessor(index, 1 / Model.Normalisation, Model.GeneralShare, source, rings, Model.BatchSize);
    }

    private SimulatedQueue MakeQueue(int engines) => new(Jobs, Model.Rule, engines);
}
