namespace IpsecDp.Modelling.Simulation;

/// <summary>What one way through the product costs, each stage where the packets already are and where another processor touched them last: that moves their cache lines, and is measured, not guessed.</summary>
public sealed record PathCosts
{
    /// <summary>The way's name, to which offered streams refer.</summary>
    public required string Name { get; init; }

    /// <summary>Receiving and admitting, for each batch; the same processor wrote into their buffers last.</summary>
    public required StageCost Admit { get; init; }

    /// <summary>The same where another processor did.</summary>
    public required StageCost AdmitRemote { get; init; }

    /// <summary>Sealing or opening on the processor that admitted, for each job: the eligible work.</summary>
    public required StageCost Run { get; init; }

    /// <summary>The same on an engine or any other processor.</summary>
    public required StageCost RunRemote { get; init; }

    /// <summary>Delivering a job by the processor that ran and admitted it.</summary>
    public required StageCost Deliver { get; init; }

    /// <summary>Delivering it by another, or what another admitted.</summary>
    public required StageCost DeliverRemote { get; init; }

    /// <summary>Refuses costs that make no sense, with an <see cref="ArgumentException"/>.</summary>
    public void Validate()
    {
        Admit.Validate($"{Name}, admit");
        AdmitRemote.Validate($"{Name}, admit with buffers of others");
        Run.Validate($"{Name}, run");
        RunRemote.Validate($"{Name}, run elsewhere");
        Deliver.Validate($"{Name}, deliver");
        DeliverRemote.Validate($"{Name}, deliver elsewhere");
    }
}
