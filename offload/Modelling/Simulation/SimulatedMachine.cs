using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>The product's rules of dispatch on a machine that is not there, in virtual time: arrivals, general processors, engines, lanes. Equal models give equal results, whatever machine computes them.</summary>
public sealed class SimulatedMachine
{
    private readonly MachineParts _parts;
    private readonly BatchIntake _intake;
    private readonly EngineSteps _engines;
    private readonly GeneralSteps _generals;
    private readonly List<SimulationCounts> _boundaries = [];

    private SimulatedMachine(SimulationModel model)
    {
        _parts = new MachineParts(model);
        var lanes = new LaneSteps(_parts);
        _engines = new EngineSteps(_parts, lanes);
        _intake = new BatchIntake(_parts);
        _generals = new GeneralSteps(_parts, _intake, lanes, _engines, new DispatchRules(_parts, _engines));
    }

    /// <summary>Runs a model to its end; throws <see cref="ArgumentException"/> with a sentence on one that cannot be.</summary>
    public static SimulationResult Run(SimulationModel model, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Validate();
        var machine = new SimulatedMachine(model);
        machine.Begin();
        machine.Proceed(cancellation);
        return machine.Result();
    }

    private void Begin()
    {
        var model = _parts.Model;
        var events = _parts.Time.Events;
        for (var at = 0; at < model.Vary.Count; at++)
        {
            events.Add(model.Vary[at].At.TotalNanoseconds, EventKind.Vary, at, 0);
        }

        for (var batch = 0; batch <= model.Batches; batch++)
        {
            events.Add(model.WarmUp.TotalNanoseconds + (model.Duration.TotalNanoseconds * batch / model.Batches), EventKind.Boundary, batch, 0);
        }

        _engines.Begin();
        foreach (var general in _parts.Generals)
        {
            _generals.Poll(general);
        }
    }

    private void Proceed(CancellationToken cancellation)
    {
        var (time, processors) = (_parts.Time, _parts.Processors);
        var events = time.Events;
        while (_boundaries.Count <= _parts.Model.Batches)
        {
            if (time.TryTakeDue(out var due, out var version))
            {
                if (processors[due].Version == version)
                {
                    Step(processors[due]);
                }

                continue;
            }

            var happened = events.Take();
            time.Now = happened.Time;
            switch (happened.Kind)
            {
                case EventKind.Step when processors[happened.Subject] is var processor && processor.Version == happened.Version:
                    Step(processor);
                    break;

                case EventKind.Arrival when processors[happened.Subject].Version == happened.Version:
                    _generals.Poll(_parts.Generals[happened.Subject]);
                    break;

                case EventKind.Vary:
                    var vary = _parts.Model.Vary[happened.Subject];
                    _parts.Engines[vary.Engine].IsParked = vary.IsOff;
                    break;

                case EventKind.Boundary:
                    cancellation.ThrowIfCancellationRequested();
                    Bound();
                    break;
            }
        }
    }

    private void Step(SimulatedProcessor processor)
    {
        if (processor is SimulatedEngine engine)
        {
            _engines.Step(engine);
        }
        else
        {
            _generals.Step((GeneralProcessor)processor);
        }
    }

    private void Bound()
    {
        var counts = _parts.Counts;
        counts.At = _parts.Time.Now;
        foreach (var general in _parts.Generals)
        {
            _intake.Fill(general);
        }

        Array.Clear(counts.Booked);
        counts.EngineHandOver = 0;
        foreach (var processor in _parts.Processors)
        {
            processor.BookTo(_parts.Time.Now);
            counts.EngineHandOver += processor.HandOver;
            for (var account = 0; account < CpuAccounts.Count; account++)
            {
                counts.Booked[account] += processor.Booked[account];
            }
        }

        counts.QueueArea = 0;
        foreach (var queue in _parts.Queues)
        {
            queue.CountTo(_parts.Time.Now);
            counts.QueueArea += queue.Area;
        }

        if (_boundaries.Count == 0)
        {
            foreach (var latency in _parts.Latencies)
            {
                latency.Clear();
            }
        }

        _boundaries.Add(counts.Copy());
    }

    private SimulationResult Result() => new(
        [.. _boundaries.Skip(1).Select((later, at) => SimulatedInterval.Between(_boundaries[at], later))],
        [.. _parts.Streams.Select((stream, at) => new SimulatedLatency(stream.Name, _parts.Latencies[at]))],
        _parts.Queues.Length == 0 ? 0 : _parts.Queues.Max(queue => queue.HighWater));
}
