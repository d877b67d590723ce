using IpsecDp.Engines;

namespace IpsecDp.Modelling.Simulation;

/// <summary>The jobs of a batch that a general processor has received, and how far it is with them.</summary>
internal sealed class TurnInHand(int batchSize)
{
    public readonly int[] Jobs = new int[batchSize];
    public int Length;

    /// <summary>The job that is offered.</summary>
    public int At;

    /// <summary>Whether its jobs are numbered and have their places in their lanes.</summary>
    public bool IsAdmitted;

    /// <summary>Whether more waited behind it when it was taken.</summary>
    public bool HasMoreBehind;

    /// <summary>Work of receiving it, which is no work of the product.</summary>
    public double ReceiveWork;

    /// <summary>Work of admitting it.</summary>
    public double AdmitWork;

    /// <summary>The class of the job that is offered; its general processor runs no late one that matters less.</summary>
    public ServiceClass Offered;

    /// <summary>Until when that job may wait for room.</summary>
    public double PatienceEndsAt;

    /// <summary>Whether it found none so far.</summary>
    public bool HasWaited;
}
