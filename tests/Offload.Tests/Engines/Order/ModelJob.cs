using IpsecDp.Engines;

namespace Offload.Tests.Engines.Order;

/// <summary>A job whose delivery is two steps of the explored schedule, so that two deliveries of a lane could be seen to overlap.</summary>
internal sealed class ModelJob(int number) : LaneJob
{
    public int Number { get; } = number;

    public override int Bytes => 1;

    public override void Run()
    {
    }

    public override void Deliver()
    {
        Schedule.Current.Perform(new Step(StepKind.DeliverBegin, Memory.NoCell, Number));
        Schedule.Current.Perform(new Step(StepKind.DeliverEnd, Memory.NoCell, Number));
    }
}
