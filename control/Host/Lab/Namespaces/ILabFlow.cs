namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>An application of the lab: it sends until it is drained and receives until it is disposed.</summary>
internal interface ILabFlow : IDisposable
{
    /// <summary>What it sent and what came of that.</summary>
    IReadOnlyList<FlowTally> Tallies { get; }

    /// <summary>What ended one of its threads, or null.</summary>
    Exception? Failure { get; }

    /// <summary>Begins to send and receive.</summary>
    void Start();

    /// <summary>Ends the sending.</summary>
    void Drain();
}
