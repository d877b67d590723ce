namespace IpsecDp.Modelling.Simulation;

/// <summary>What one way through the product costs, each stage where the packets already are and where another processor touched them last: that moves their cache lines, and is measured, not guessed.</summary>
public sealed record PathCosts
{
    /// <summary>The way's name, to which offered streams refer.</summary>
    public required string Name { get; init; }

    /// <summary>What brings a batch to the product: a copy, a card, the load's own clock. It takes a general processor's time and is none of the product's (<see cref="IpsecDp.Engines.Accounting.CpuAccount.Workload"/>).</summary>
    public StageCost Receive { get; init; } = StageCost.None;

    /// <summary>The same into buffers whose packets another processor sealed or opened last, and gave back.</summary>
    public StageCost ReceiveRemote { get; init; } = StageCost.None;

    /// <summary>The same where another processor sealed or opened, and this one gave back.</summary>
    public StageCost ReceiveGivenBack { get; init; } = StageCost.None;

    /// <summary>The same where this processor sealed or opened, and another gave back.</summary>
    public StageCost ReceiveDelivered { get; init; } = StageCost.None;

    /// <summary>Admitting, for each batch; the same processor gave jobs and buffers back.</summary>
    public required StageCost Admit { get; init; }

    /// <summary>The same where another processor did.</summary>
    public required StageCost AdmitRemote { get; init; }

    /// <summary>Sealing or opening on the processor that admitted, for each job: the eligible work.</summary>
    public required StageCost Run { get; init; }

    /// <summary>The same on an engine or any other processor.</summary>
    public required StageCost RunRemote { get; init; }

    /// <summary>Delivering a job by the processor that ran and admitted it.</summary>
    public required StageCost Deliver { get; init; }

    /// <summary>Delivering it by another that ran it too.</summary>
    public required StageCost DeliverRemote { get; init; }

    /// <summary>Delivering what another processor ran, in whose cache its buffers are.</summary>
    public required StageCost DeliverOfOthers { get; init; }

    /// <summary>Refuses costs that make no sense, with an <see cref="ArgumentException"/>.</summary>
    public void Validate()
    {
        Receive.Validate($"{Name}, receive");
        ReceiveRemote.Validate($"{Name}, receive with buffers of others");
        ReceiveGivenBack.Validate($"{Name}, receive with buffers of others, given back here");
        ReceiveDelivered.Validate($"{Name}, receive with buffers others gave back");
        Admit.Validate($"{Name}, admit");
        AdmitRemote.Validate($"{Name}, admit with buffers of others");
        Run.Validate($"{Name}, run");
        RunRemote.Validate($"{Name}, run elsewhere");
        Deliver.Validate($"{Name}, deliver");
        DeliverRemote.Validate($"{Name}, deliver elsewhere");
        DeliverOfOthers.Validate($"{Name}, deliver what others ran");
    }
}
