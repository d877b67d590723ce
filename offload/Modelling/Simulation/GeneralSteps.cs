using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>What general processors do: receive and admit a batch, offer its jobs, help, and look again (LineThreads, OutboundPath and EnginePool.Submit of the product).</summary>
internal sealed class GeneralSteps(MachineParts parts, LaneSteps lanes, EngineSteps engines, DispatchRules rules)
{
    private const int MostHelpABatch = 64;

    private readonly int _mostRoutine = Math.Min(parts.Model.RoutineBatchSize, parts.Model.BatchSize);
    private readonly VirtualTime _time = parts.Time;
    private readonly SimulationCounts _counts = parts.Counts;
    private readonly NeedHelpRule _rule = parts.Model.Rule;
    private readonly HandOverCosts _costs = parts.Model.HandOver;
    private readonly double _longestWait = parts.Model.Rule.LongestWait.TotalNanoseconds;
    private long _turn;

    /// <summary>Looks for packets; without any it waits for the next.</summary>
    public void Poll(GeneralProcessor general)
    {
        Fill(general);
        if (!general.HasWaiting)
        {
            _time.Rest(general, ProcessorPhase.Idle, parts.Model.GeneralsPoll, double.PositiveInfinity);
            var delay = parts.Model.GeneralsPoll ? _costs.PollGap * parts.Dice.NextUnit() : _costs.WakeLatency;
            if (double.IsFinite(general.Source.NextAt))
            {
                _time.Events.Add(general.Source.NextAt + delay, EventKind.Arrival, general.Index, general.Version);
            }

            return;
        }

        Gather(general);
        Admit(general);
    }

    /// <summary>Counts what arrived by now.</summary>
    public void Fill(GeneralProcessor general)
    {
        var (arrived, lost) = general.Source.Fill(_time.Now);
        _counts.Offered += arrived;
        _counts.Lost += lost;
    }

    /// <summary>A step of a general processor is over.</summary>
    public void Step(GeneralProcessor general)
    {
        switch (general.Phase)
        {
            case ProcessorPhase.Admit:
                general.TurnAt = 0;
                Offer(general);
                break;

            case ProcessorPhase.HandOver:
                general.PatienceEndsAt = _time.Now + _longestWait;
                Place(general);
                break;

            case ProcessorPhase.Rise:
                Place(general);
                break;

            case ProcessorPhase.AwaitRoom:
                parts.AwaitingRoom.Remove(general);
                Spill(general, general.Turn[general.TurnAt], SpillCause.Full, ProcessorStation.Submitted);
                break;

            case ProcessorPhase.AwaitProgress:
                Admit(general);
                break;

            case ProcessorPhase.Wake:
                Submitted(general);
                break;

            case ProcessorPhase.Run when lanes.TryCloseAfterRun(general):
            case ProcessorPhase.Deliver when lanes.TryAdvanceAfterDelivery(general):
                break;

            default:
                GoOn(general);
                break;
        }
    }

    private void Gather(GeneralProcessor general)
    {
        _turn++;
        var taken = general.TurnLength = general.Helped = 0;
        foreach (var ring in general.Rings)
        {
            // Of marked packets and routine ones a batch holds one kind (OfferedPort.Take).
            if (ring.Precedence == 0 && taken > 0)
            {
                break;
            }

            var most = ring.Precedence == 0 && general.Rings.Length > 1 ? _mostRoutine : parts.Model.BatchSize;
            for (; taken < most && ring.Count > 0; taken++)
            {
                Gather(general, ring.Take());
            }
        }

        general.JobsOut += general.TurnLength;
        TakeWork(general);
    }

    private void Gather(GeneralProcessor general, in WaitingPacket packet)
    {
        var draws = parts.Draws[parts.StreamPath[parts.LaneStream[packet.Lane]]];
        if (!parts.Lanes.TryFindOpen(packet.Lane, _turn, out var job))
        {
            job = parts.Jobs.Take(packet.Lane, parts.LaneStream[packet.Lane], general.Index);
            parts.Lanes.Open(packet.Lane, _turn, job);
            general.Turn[general.TurnLength++] = job;
            draws.Jobs++;
        }

        parts.Jobs.Add(job, packet);
        draws.Packets++;
        draws.Octets += packet.Octets;
    }

    private void TakeWork(GeneralProcessor general)
    {
        var (ranElsewhere, deliveredElsewhere) = (parts.Dice.NextUnit() < general.RanElsewhere, parts.Dice.NextUnit() < general.DeliveredElsewhere);
        (general.AdmitWork, general.ReceiveWork) = (0, 0);
        foreach (var draws in parts.Draws)
        {
            if (draws.Packets > 0)
            {
                ref readonly var receive = ref ReceiveOf(draws, ranElsewhere, deliveredElsewhere);
                ref readonly var admit = ref deliveredElsewhere ? ref draws.AdmitRemote : ref draws.Admit;
                general.ReceiveWork += receive.Next(draws.Packets, draws.Octets, parts.Dice);
                general.AdmitWork += admit.Next(draws.Jobs, draws.Packets, draws.Octets, parts.Dice);
                (draws.Jobs, draws.Packets, draws.Octets) = (0, 0, 0);
            }
        }
    }

    private static ref readonly StageDraw ReceiveOf(PathDraws draws, bool ranElsewhere, bool deliveredElsewhere)
    {
        if (ranElsewhere)
        {
            return ref deliveredElsewhere ? ref draws.ReceiveRemote : ref draws.ReceiveGivenBack;
        }

        return ref deliveredElsewhere ? ref draws.ReceiveDelivered : ref draws.Receive;
    }

    // No job at rest: whoever brings packets works off the oldest first.
    private void Admit(GeneralProcessor general)
    {
        if (general.JobsOut > parts.Stock)
        {
            if (rules.TryTakeOldest(isForced: false, out var oldest))
            {
                Spill(general, oldest, SpillCause.Full, ProcessorStation.TakeOver);
                return;
            }

            if (engines.Queued.AsSpan().ContainsAnyExcept(0))
            {
                parts.AwaitingProgress.Add(general);
                _time.Rest(general, ProcessorPhase.AwaitProgress, isAwake: true, double.PositiveInfinity);
                return;
            }
        }

        _time.Begin(general, ProcessorPhase.Admit, general.ReceiveWork + general.AdmitWork, CpuAccount.General);
        general.Move(general.ReceiveWork / general.Rate, CpuAccount.Workload);
    }

    private void Offer(GeneralProcessor general)
    {
        if (general.TurnAt == general.TurnLength)
        {
            Help(general);
            return;
        }

        var job = general.Turn[general.TurnAt];
        parts.Jobs[job].SubmittedAt = _time.Now;
        general.Offered = parts.Streams[parts.Jobs[job].Stream].Class;
        if (parts.Engines.Length == 0)
        {
            Run(general, job, ProcessorStation.Submitted);
            return;
        }

        _time.Begin(general, ProcessorPhase.HandOver, _costs.Submit, CpuAccount.HandOver);
    }

    private void Place(GeneralProcessor general)
    {
        var number = general.Turn[general.TurnAt];
        ref var job = ref parts.Jobs[number];
        var serviceClass = parts.Streams[job.Stream].Class;
        if (job.Octets < _rule.SmallestJob)
        {
            Spill(general, number, SpillCause.TooSmall, ProcessorStation.Submitted);
            return;
        }

        if (rules.LeastLoaded(serviceClass) is not { } engine)
        {
            Spill(general, number, SpillCause.Parked, ProcessorStation.Submitted);
            return;
        }

        if (rules.Keeps(serviceClass, job.Octets))
        {
            Spill(general, number, SpillCause.Dearer, ProcessorStation.Submitted);
            return;
        }

        if (engines.TryPut(engine, number, serviceClass, out var isAsleep))
        {
            if (isAsleep)
            {
                _time.Begin(general, ProcessorPhase.Wake, _costs.Wake, CpuAccount.HandOver);
            }
            else
            {
                Submitted(general);
            }
        }
        else if (_rule.Honors(serviceClass) || general.PatienceEndsAt <= _time.Now)
        {
            rules.FindFull(serviceClass, job.Octets);
            Spill(general, number, SpillCause.Full, ProcessorStation.Submitted);
        }
        else
        {
            _counts.Waits++;
            parts.AwaitingRoom.Add(general);
            _time.Rest(general, ProcessorPhase.AwaitRoom, isAwake: false, general.PatienceEndsAt - _time.Now);
        }
    }

    private void Submitted(GeneralProcessor general)
    {
        if (parts.Engines.Length > 0 && rules.TryTakeForHelp(general.Offered, out var job, out var cause))
        {
            Spill(general, job, cause, ProcessorStation.Overdue);
            return;
        }

        general.TurnAt++;
        Offer(general);
    }

    private void Help(GeneralProcessor general)
    {
        if (MayHelp(general) && rules.TryTakeForHelp(ServiceClass.Unclassified, out var job, out var cause))
        {
            general.Helped++;
            Spill(general, job, cause, ProcessorStation.Help);
            return;
        }

        Poll(general);
    }

    // Once, and again only where no marked packet came meanwhile (LineThreads.Serve).
    private bool MayHelp(GeneralProcessor general)
    {
        if (parts.Engines.Length == 0 || general.Helped == 0)
        {
            return parts.Engines.Length > 0;
        }

        Fill(general);
        return general.Helped < MostHelpABatch && !general.Calls;
    }

    private void Spill(GeneralProcessor general, int job, SpillCause cause, ProcessorStation station)
    {
        ref var count = ref _counts.Spills[(int)cause];
        count += new WorkCount(1, parts.Jobs[job].Packets, parts.Jobs[job].Octets);
        Run(general, job, station);
    }

    private void Run(GeneralProcessor general, int job, ProcessorStation station)
    {
        general.Station = station;
        lanes.Run(general, job, handOver: 0, CpuAccount.EligibleOnGeneral);
    }

    private void GoOn(GeneralProcessor general)
    {
        switch (general.Station)
        {
            case ProcessorStation.Submitted:
                Submitted(general);
                break;

            case ProcessorStation.Overdue:
                general.TurnAt++;
                Offer(general);
                break;

            case ProcessorStation.Help:
                Help(general);
                break;

            default:
                Admit(general);
                break;
        }
    }
}
