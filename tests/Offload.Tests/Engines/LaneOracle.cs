using IpsecDp.Engines;

namespace Offload.Tests.Engines;

/// <summary>A lane with its admission lock and an independent account of what must come out when.</summary>
internal sealed class LaneOracle
{
    private readonly Lock _admission = new();
    private long _nextTicket;
    private long _due;
    private int _inside;
    private long _disorders;

    public OrderedLane Lane { get; } = new();

    public long Admitted => Volatile.Read(ref _nextTicket);

    public long Delivered => Volatile.Read(ref _due);

    public long Disorders => Volatile.Read(ref _disorders);

    /// <summary>Ticket and place are taken together.</summary>
    public void Admit(OracleJob job)
    {
        lock (_admission)
        {
            job.Oracle = this;
            job.Ticket = _nextTicket++;
            Lane.Open(job);
        }
    }

    public void Accept(long ticket)
    {
        if (Interlocked.Exchange(ref _inside, 1) != 0 || ticket != _due)
        {
            Interlocked.Increment(ref _disorders);
        }

        Volatile.Write(ref _due, _due + 1);
        Volatile.Write(ref _inside, 0);
    }
}
