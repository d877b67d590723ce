namespace IpsecDp.Modelling.Simulation;

/// <summary>What happens to whom and when, in nanoseconds of virtual time; of a processor's steps only the newest version counts.</summary>
internal struct SimulatedEvent
{
    public double Time;
    public long Order;
    public int Subject;
    public int Version;
    public EventKind Kind;
}
