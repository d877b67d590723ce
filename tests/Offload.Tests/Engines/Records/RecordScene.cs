using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Records;

namespace Offload.Tests.Engines.Records;

/// <summary>Records of made-up and of measured intervals.</summary>
internal static class RecordScene
{
    public static IntervalRecord MadeUp(int engines = 2, int causes = SpillCauses.Count) => new()
    {
        System = "SYS1",
        Start = new DateTimeOffset(2026, 11, 26, 23, 59, 30, TimeSpan.Zero).AddTicks(12340),
        Sequence = 41,
        General = 2,
        Controls = new RecordControls(IpSecurity: true, HonorPriority: false, IsHandedBack: true, TimeSpan.FromMicroseconds(3200), Normalisation.Of(569)),
        Cpu = CpuSnapshot.Of(
            account => 1 + ((int)account / 8.0),
            (account, serviceClass) => ((int)account + 1) * ((int)serviceClass + 1) / 1000.0,
            (cause, serviceClass) => (int)cause < causes ? ((int)cause + 1) / 100.0 : 0,
            100,
            TimeSpan.FromSeconds(60),
            new Disturbance(0.25, 77, 3, 2, 1) { Megahertz = 2596, Processors = 2 }),
        Pool = EnginePoolSnapshot.Of(
            (cause, serviceClass) => (int)cause < causes ? new WorkCount((int)cause, 10 + (int)serviceClass, 1000) : default,
            serviceClass => new WorkCount(5, 6, 7 + (int)serviceClass),
            serviceClass => new WorkCount((int)serviceClass, 2, 3)) with
        {
            Engines = [.. Enumerable.Range(0, engines).Select(index => new EngineSnapshot(index, index == 1, true, 10, 20, 30, 4, 5, 6))],
            Waits = 8,
            HelpCalls = 9,
            HandedBack = 10,
            BatchSizes = CountHistogram.Of([1, 2, 3]),
            QueueDepths = CountHistogram.Of([4]),
            QueueMicroseconds = CountHistogram.Of([0, 0, 5]),
        },
    };
}
