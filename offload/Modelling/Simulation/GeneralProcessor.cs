namespace IpsecDp.Modelling.Simulation;

/// <summary>A general processor: its ring, and the turn it is in.</summary>
internal sealed class GeneralProcessor(int index, double rate, PacketSource source, int batchSize, int ringLength) : SimulatedProcessor(index, rate)
{
    // A job weighs a sixteenth.
    private const double Weight = 1.0 / 16;

    public readonly PacketSource Source = source;
    public readonly PacketRing Ring = new(ringLength);
    public readonly int[] Turn = new int[batchSize];
    public int TurnLength;
    public int TurnAt;
    public ProcessorStation Station;

    /// <summary>Work of the batch in hand, while a job has to be freed first.</summary>
    public double AdmitWork;

    /// <summary>Work of receiving it, which is no work of the product.</summary>
    public double ReceiveWork;

    /// <summary>Jobs that are not back yet.</summary>
    public int JobsOut;

    /// <summary>The share of its buffers that another processor sealed or opened last, of late: the packets' octets lie in that one's cache, and receiving writes over them.</summary>
    public double RanElsewhere { get; private set; }

    /// <summary>The share that another processor delivered and gave back: jobs and the stock's own lines lie in that one's cache, and admitting touches them.</summary>
    public double DeliveredElsewhere { get; private set; }

    /// <summary>Whether it has been waiting for room so far, and since when it may not any more.</summary>
    public double PatienceEndsAt;

    /// <summary>One of its jobs came back.</summary>
    public void TakeBack(bool ranElsewhere, bool deliveredElsewhere)
    {
        JobsOut--;
        RanElsewhere += ((ranElsewhere ? 1 : 0) - RanElsewhere) * Weight;
        DeliveredElsewhere += ((deliveredElsewhere ? 1 : 0) - DeliveredElsewhere) * Weight;
    }
}
