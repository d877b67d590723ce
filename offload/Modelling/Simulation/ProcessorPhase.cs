namespace IpsecDp.Modelling.Simulation;

/// <summary>What a processor is at.</summary>
internal enum ProcessorPhase : byte
{
    /// <summary>A general processor waits for packets; an engine was never woken.</summary>
    Idle,

    /// <summary>A batch is received and admitted.</summary>
    Admit,

    /// <summary>A job is offered to an engine.</summary>
    HandOver,

    /// <summary>A thread is woken.</summary>
    Wake,

    /// <summary>A job waits for room because general processors may not help.</summary>
    AwaitRoom,

    /// <summary>No job is at rest, and general processors may not help.</summary>
    AwaitProgress,

    /// <summary>A job is sealed or opened.</summary>
    Run,

    /// <summary>A job at the head of its lane is delivered.</summary>
    Deliver,

    /// <summary>An engine has no work and stays awake.</summary>
    Spin,

    /// <summary>An engine sleeps.</summary>
    Sleep,

    /// <summary>An engine was woken and is not there yet.</summary>
    Rise,
}
