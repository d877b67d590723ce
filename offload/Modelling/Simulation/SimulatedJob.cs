namespace IpsecDp.Modelling.Simulation;

/// <summary>Packets of one SA on their way; processors, lanes, streams and other jobs by number.</summary>
internal struct SimulatedJob
{
    public int Lane;
    public int Stream;
    public int Packets;
    public int Octets;
    public int Origin;
    public int RanBy;
    public int NextInLane;
    public int NextInQueue;
    public double SubmittedAt;
    public bool IsClosed;
}
