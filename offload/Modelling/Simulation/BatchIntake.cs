namespace IpsecDp.Modelling.Simulation;

/// <summary>What general processors take from their rings: a batch at a time, into jobs by SA, with the work of receiving and admitting it (OfferedPort.Take of the product's line).</summary>
internal sealed class BatchIntake(MachineParts parts)
{
    private readonly int _mostRoutine = Math.Min(parts.Model.RoutineBatchSize, parts.Model.BatchSize);
    private long _turn;

    /// <summary>Counts what arrived by now.</summary>
    public void Fill(GeneralProcessor general)
    {
        var (arrived, lost) = general.Source.Fill(parts.Time.Now);
        parts.Counts.Offered += arrived;
        parts.Counts.Lost += lost;
    }

    /// <summary>Whether by now a packet waits that is marked as more important than routine.</summary>
    public bool HasMarked(GeneralProcessor general)
    {
        Fill(general);
        return general.Calls;
    }

    /// <summary>Takes a batch of marked packets, or where none waits of routine ones, into the turn in hand.</summary>
    public void Gather(GeneralProcessor general)
    {
        var turn = general.Turn;
        (turn.Length, turn.IsAdmitted) = (0, false);
        _turn++;
        var taken = 0;
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
                Add(turn, ring.Take(), general.Index);
            }
        }

        turn.HasMoreBehind = general.HasWaiting;
        TakeWork(general, turn);
    }

    private void Add(TurnInHand turn, in WaitingPacket packet, int origin)
    {
        var draws = parts.Draws[parts.StreamPath[parts.LaneStream[packet.Lane]]];
        if (!parts.Lanes.TryFindOpen(packet.Lane, _turn, out var job))
        {
            job = parts.Jobs.Take(packet.Lane, parts.LaneStream[packet.Lane], origin);
            parts.Lanes.Open(packet.Lane, _turn, job);
            turn.Jobs[turn.Length++] = job;
            draws.Jobs++;
        }

        parts.Jobs.Add(job, packet);
        draws.Packets++;
        draws.Octets += packet.Octets;
    }

    private void TakeWork(GeneralProcessor general, TurnInHand turn)
    {
        var (ranElsewhere, deliveredElsewhere) = (parts.Dice.NextUnit() < general.RanElsewhere, parts.Dice.NextUnit() < general.DeliveredElsewhere);
        (turn.AdmitWork, turn.ReceiveWork) = (0, 0);
        foreach (var draws in parts.Draws)
        {
            if (draws.Packets > 0)
            {
                ref readonly var receive = ref ReceiveOf(draws, ranElsewhere, deliveredElsewhere);
                ref readonly var admit = ref deliveredElsewhere ? ref draws.AdmitRemote : ref draws.Admit;
                turn.ReceiveWork += receive.Next(draws.Packets, draws.Octets, parts.Dice);
                turn.AdmitWork += admit.Next(draws.Jobs, draws.Packets, draws.Octets, parts.Dice);
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
}
