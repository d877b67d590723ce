using IpsecDp.Engines;

namespace Offload.Tests.Engines;

/// <summary>A job that tells its oracle of its delivery and is free again from then on.</summary>
internal sealed class OracleJob : LaneJob
{
    private int _taken;
    private int _runs;

    public override int Bytes => Size;

    public int Size { get; init; } = 1500;

    public ServiceClass ServiceClass { get; init; } = ServiceClass.Unclassified;

    public override ServiceClass Class => ServiceClass;

    public LaneOracle Oracle { get; set; } = null!;

    public long Ticket { get; set; }

    /// <summary>What the run does besides being counted; null for nothing.</summary>
    public Action? Work { get; init; }

    /// <summary>What the delivery does after it was accepted; null for nothing.</summary>
    public Action? Sending { get; init; }

    public int Runs => Volatile.Read(ref _runs);

    public bool WasFaulted { get; private set; }

    public bool IsFree => Volatile.Read(ref _taken) == 0;

    public void Take() => Volatile.Write(ref _taken, 1);

    public override void Run()
    {
        Interlocked.Increment(ref _runs);
        Work?.Invoke();
    }

    public override void Deliver()
    {
        WasFaulted = Faulted;
        Oracle.Accept(Ticket);
        var sending = Sending;
        Volatile.Write(ref _taken, 0);
        sending?.Invoke();
    }
}
