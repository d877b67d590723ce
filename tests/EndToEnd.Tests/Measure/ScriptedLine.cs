using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Projection;
using IpsecDp.Modelling.Simulation;

namespace EndToEnd.Tests.Measure;

/// <summary>A line that carries what formulas say: nanoseconds a packet for each stage, the same with or without a neighbour; <paramref name="surprise"/> makes engines dearer once general threads help, <paramref name="taken"/> is the share of its processors that others have, and <paramref name="isBroken"/> says of which trial, by their number, the accounts make no sense.</summary>
internal sealed class ScriptedLine(double surprise = 1, double taken = 0, Func<int, bool>? isBroken = null) : ILineUnderTest
{
    private const double Receive = 100;
    private const double Admit = 40;
    private const double Run = 200;
    private const double RunElsewhere = 500;
    private const double Deliver = 20;
    private const double DeliverElsewhere = 50;
    private const double Second = 1e9;

    private int _trials;

    public string Path => "seal";

    public IReadOnlyList<OfferedStream> Streams => [new() { Name = "bulk", Path = Path, PacketsPerSecond = 1, Octets = [Octets], Arrivals = ArrivalKind.Deterministic }];

    public int Octets => 1400;

    public int RingLength => 4096;

    public int BatchSize => 64;

    public int RoutineBatchSize => 32;

    IReadOnlyList<LineTrial> ILineUnderTest.RunInTurns(IReadOnlyList<LineSetup> setups, int turns, double packetsPerSecond, TimeSpan slice, CancellationToken cancellation) =>
        [.. setups.Select(setup => ((ILineUnderTest)this).Run(setup, packetsPerSecond, slice, cancellation))];

    LineTrial ILineUnderTest.Run(LineSetup setup, double packetsPerSecond, TimeSpan duration, CancellationToken cancellation)
    {
        var (packetsOfJob, isMoving) = (packetsPerSecond < 1e6 ? 2 : BatchSize, setup.Engines > 0);
        var elsewhere = RunElsewhere * (setup.Rule is { HonorPriority: true } rule && rule.QueueOctets == new NeedHelpRule().QueueOctets ? surprise : 1);

        // The engine is busy with its share of the running and all delivering, the general thread with the rest: both all the time.
        var moved = !isMoving ? 0 : !setup.Rule.HonorPriority ? 1 : (Receive + Admit + Run - DeliverElsewhere) / (elsewhere + Run);
        var onGeneral = Receive + Admit + ((1 - moved) * Run) + (isMoving ? 0 : Deliver);
        var onEngine = isMoving ? (moved * elsewhere) + DeliverElsewhere : 0;
        var rate = Math.Min(packetsPerSecond, Second / Math.Max(onGeneral, onEngine));
        var packets = (long)(rate * duration.TotalSeconds);
        var seconds = packets / Second;
        var isHandedBack = setup.Delivery == DeliveryRule.HandedBack;
        var delivering = isMoving ? DeliverElsewhere : Deliver;
        var isDeliveredHere = !isMoving || isHandedBack;
        double SecondsOf(CpuAccount account) => seconds * account switch
        {
            CpuAccount.Workload => Receive,
            CpuAccount.General => Admit + (isDeliveredHere ? delivering : 0),
            CpuAccount.EligibleOnGeneral => (1 - moved) * Run,
            CpuAccount.SpecialtyEligible => moved * elsewhere,
            CpuAccount.SpecialtyOther => isDeliveredHere ? 0 : delivering,
            _ => 0,
        };
        WorkCount Count(double share) => new((long)(share * packets / packetsOfJob), (long)(share * packets), (long)(share * packets) * Octets);
        return new LineTrial
        {
            Offered = (long)(packetsPerSecond * duration.TotalSeconds),
            Delivered = packets,
            Lost = 0,
            Cpu = CpuSnapshot.Of(SecondsOf, processSeconds: 2 * duration.TotalSeconds, duration),
            OnEngines = Count(moved),
            OnGeneral = Count(1 - moved),
            WakeUps = 0,
            ReceiveSeconds = isBroken?.Invoke(++_trials) is true ? double.NaN : seconds * Receive,
            DeliverSeconds = isDeliveredHere ? seconds * delivering : 0,
            TakenShare = taken,
        };
    }
}
