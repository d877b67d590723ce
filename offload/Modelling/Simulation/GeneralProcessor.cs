namespace IpsecDp.Modelling.Simulation;

/// <summary>A general processor: its rings, and the turn it is in.</summary>
internal sealed class GeneralProcessor(int index, double rate, double share, PacketSource source, PacketRing[] rings, int batchSize) : SimulatedProcessor(index, rate, share)
{
    // A full batch weighs a sixteenth, and of it each packet alike: what spills of a mix are not its small jobs.
    private readonly double _weight = 1.0 / (16 * batchSize);

    private readonly TurnInHand _own = new(batchSize);
    private readonly TurnInHand _urgent = new(batchSize);

    public readonly PacketSource Source = source;

    /// <summary>One for each precedence of what is offered, the highest first, each with room of its own.</summary>
    public readonly PacketRing[] Rings = rings;

    /// <summary>What is in hand: its own turn, or marked packets that it admits while a job of that waits.</summary>
    public TurnInHand Turn => IsServing ? _urgent : _own;

    /// <summary>Whether it is at marked packets while its own turn waits.</summary>
    public bool IsServing;

    public ProcessorStation Station;

    /// <summary>Jobs it helped with since its batch.</summary>
    public int Helped;

    /// <summary>Jobs that are not back yet.</summary>
    public int JobsOut;

    /// <summary>The share of its buffers that another processor sealed or opened last, of late: the packets' octets lie in that one's cache, and receiving writes over them.</summary>
    public double RanElsewhere { get; private set; }

    /// <summary>The share that another processor delivered and gave back: jobs and the stock's own lines lie in that one's cache, and admitting touches them.</summary>
    public double DeliveredElsewhere { get; private set; }

    /// <summary>Whether a packet waits.</summary>
    public bool HasWaiting
    {
        get
        {
            foreach (var ring in Rings)
            {
                if (ring.Count > 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether a packet waits that is marked as more important than routine.</summary>
    public bool Calls
    {
        get
        {
            foreach (var ring in Rings)
            {
                if (ring is { Precedence: > 0, Count: > 0 })
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>One of its jobs came back.</summary>
    public void TakeBack(int packets, bool ranElsewhere, bool deliveredElsewhere)
    {
        JobsOut--;
        RanElsewhere += ((ranElsewhere ? 1 : 0) - RanElsewhere) * packets * _weight;
        DeliveredElsewhere += ((deliveredElsewhere ? 1 : 0) - DeliveredElsewhere) * packets * _weight;
    }
}
