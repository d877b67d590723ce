using IpsecDp.Engines;

namespace Offload.Tests.Engines.Dispatch;

/// <summary>A job of a class in a lane of its own, that remembers who ran it and in what order.</summary>
internal sealed class ClassJob(ServiceClass serviceClass, List<ClassJob> ran, OrderedLane? lane = null, int size = 1500) : LaneJob
{
    public override int Bytes => size;

    public override ServiceClass Class => serviceClass;

    public bool WasOnEngine { get; private set; }

    public bool IsDelivered { get; private set; }

    public ClassJob Open()
    {
        (lane ?? new OrderedLane()).Open(this);
        return this;
    }

    public override void Run()
    {
        WasOnEngine = SpecialtyEngine.Current is not null;
        lock (ran)
        {
            ran.Add(this);
        }
    }

    public override void Deliver() => IsDelivered = true;
}
