using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Projection;

namespace EndToEnd.Tests.Measure;

/// <summary>A line that carries what formulas say: nanoseconds a packet for each stage, the same with or without a neighbour; <paramref name="surprise"/> makes engines dearer once general threads help, and <paramref name="taken"/> is the share of its processors that others have.</summary>
internal sealed class ScriptedLine(double surprise = 1, double taken = 0) : ILineUnderTest
{
    private const double Receive = 100;
    private const double Admit = 40;
    private const double Run = 200;
    private const double RunElsewhere = 500;
    private const double Deliver = 20;
    private const double DeliverElsewhere = 50;
    private const double Second = 1e9;

    public string Path => "seal";

    public int Octets => 1400;

    public int RingLength => 4096;

    public int BatchSize => 64;

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
            ReceiveSeconds = seconds * Receive,
            DeliverSeconds = isDeliveredHere ? seconds * delivering : 0,
            TakenShare = taken,
        };
    }
}
