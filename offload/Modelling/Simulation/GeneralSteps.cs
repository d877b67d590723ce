using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>What general processors do: receive and admit a batch, offer its jobs, help, and look again (LineThreads, OutboundPath and EnginePool.Submit of the product).</summary>
internal sealed class GeneralSteps(MachineParts parts, BatchIntake intake, LaneSteps lanes, EngineSteps engines, DispatchRules rules)
{
    private const int MostHelpABatch = 64;

    private readonly VirtualTime _time = parts.Time;
    private readonly SimulationCounts _counts = parts.Counts;
    private readonly NeedHelpRule _rule = parts.Model.Rule;
    private readonly HandOverCosts _costs = parts.Model.HandOver;
    private readonly double _longestWait = parts.Model.Rule.LongestWait.TotalNanoseconds;
    private readonly double _lookAgain = UrgentWork.LookAgain.TotalNanoseconds + parts.Model.HandOver.WakeLatency;

    /// <summary>Looks for packets; without any it waits for the next.</summary>
    public void Poll(GeneralProcessor general)
    {
        intake.Fill(general);
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

        general.Helped = 0;
        intake.Gather(general);
        Admit(general);
    }

    /// <summary>A step of a general processor is over.</summary>
    public void Step(GeneralProcessor general)
    {
        switch (general.Phase)
        {
            case ProcessorPhase.Admit:
                general.Turn.At = 0;
                Offer(general);
                break;

            case ProcessorPhase.HandOver:
                (general.Turn.PatienceEndsAt, general.Turn.HasWaited) = (_time.Now + _longestWait, false);
                Place(general);
                break;

            case ProcessorPhase.Rise:
                Place(general);
                break;

            case ProcessorPhase.AwaitRoom:
                parts.AwaitingRoom.Remove(general);
                Place(general);
                break;

            case ProcessorPhase.AwaitProgress:
                parts.AwaitingProgress.Remove(general);
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

    // No job at rest: whoever brings packets works off the oldest first.
    private void Admit(GeneralProcessor general)
    {
        var turn = general.Turn;
        if (general.JobsOut + turn.Length > parts.Stock)
        {
            if (rules.TryTakeOldest(isForced: false, out var oldest))
            {
                Spill(general, oldest, SpillCause.Full, ProcessorStation.TakeOver);
                return;
            }

            if (engines.Queued.AsSpan().ContainsAnyExcept(0))
            {
                Await(general, ProcessorPhase.AwaitProgress, parts.AwaitingProgress, double.PositiveInfinity);
                return;
            }
        }

        turn.IsAdmitted = true;
        general.JobsOut += turn.Length;
        _time.Begin(general, ProcessorPhase.Admit, turn.ReceiveWork + turn.AdmitWork, CpuAccount.General);
        general.Move(turn.ReceiveWork / general.Rate, CpuAccount.Workload);
    }

    private void Offer(GeneralProcessor general)
    {
        var turn = general.Turn;
        if (turn.At == turn.Length)
        {
            GoOnAfter(general);
            return;
        }

        var job = turn.Jobs[turn.At];
        parts.Jobs[job].SubmittedAt = _time.Now;
        turn.Offered = parts.Streams[parts.Jobs[job].Stream].Class;
        if (parts.Engines.Length == 0)
        {
            Run(general, job, ProcessorStation.Submitted);
            return;
        }

        _time.Begin(general, ProcessorPhase.HandOver, _costs.Submit, CpuAccount.HandOver);
    }

    private void GoOnAfter(GeneralProcessor general)
    {
        if (!general.IsServing)
        {
            Help(general);
            return;
        }

        general.IsServing = false;
        if (general.Turn.IsAdmitted)
        {
            Place(general);
        }
        else
        {
            Admit(general);
        }
    }

    private void Place(GeneralProcessor general)
    {
        var turn = general.Turn;
        var number = turn.Jobs[turn.At];
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

        if (rules.Keeps(serviceClass, job.Octets, turn.HasMoreBehind))
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
        else if (_rule.Honors(serviceClass) || turn.PatienceEndsAt <= _time.Now)
        {
            rules.FindFull(serviceClass, job.Octets, turn.HasMoreBehind);
            Spill(general, number, SpillCause.Full, ProcessorStation.Submitted);
        }
        else
        {
            _counts.Waits += turn.HasWaited ? 0 : 1;
            turn.HasWaited = true;
            Await(general, ProcessorPhase.AwaitRoom, parts.AwaitingRoom, turn.PatienceEndsAt - _time.Now);
        }
    }

    // Not idly: marked packets are admitted meanwhile, a batch at a time, and what is admitted so and has to wait itself waits idly (UrgentWork).
    private void Await(GeneralProcessor general, ProcessorPhase phase, List<GeneralProcessor> waiters, double patience)
    {
        if (!general.IsServing && intake.HasMarked(general))
        {
            general.IsServing = true;
            intake.Gather(general);
            Admit(general);
            return;
        }

        waiters.Add(general);
        _time.Rest(general, phase, isAwake: phase == ProcessorPhase.AwaitProgress, general.IsServing ? patience : Math.Min(patience, _lookAgain));
    }

    private void Submitted(GeneralProcessor general)
    {
        if (parts.Engines.Length > 0 && rules.TryTakeLate(general.Turn.Offered, out var job))
        {
            Spill(general, job, SpillCause.Waited, ProcessorStation.Overdue);
            return;
        }

        general.Turn.At++;
        Offer(general);
    }

    private void Help(GeneralProcessor general)
    {
        if (MayHelp(general) && rules.TryTakeForHelp(out var job, out var cause))
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

        return general.Helped < MostHelpABatch && !intake.HasMarked(general);
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
                general.Turn.At++;
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
