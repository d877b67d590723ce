namespace Offload.Tests.Engines.Order;

/// <summary>What a step does to the modelled memory.</summary>
internal enum StepKind
{
    Read,
    Write,
    Add,

    /// <summary>The twin without a fence: adds while the thread's earlier stores are still in its store buffer.</summary>
    AddUnfenced,

    /// <summary>The twin without a re-check: releases by a store and believes that nobody knocked.</summary>
    AddForgetful,

    /// <summary>The twin that lets anyone in.</summary>
    AddUnclaimed,
    Exchange,
    CompareExchange,
    GateReset,
    GateSet,
    GateWait,
    DeliverBegin,
    DeliverEnd,
}

/// <summary>One atomic step of one thread.</summary>
internal readonly record struct Step(StepKind Kind, int Cell, int Value = 0, int Expected = 0);
