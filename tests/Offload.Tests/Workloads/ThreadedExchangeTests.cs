using System.Collections.Concurrent;
using IpsecDp.Workloads;
using IpsecDp.Workloads.Accounting;

namespace Offload.Tests.Workloads;

public sealed class ThreadedExchangeTests
{
    private const long Goal = 60_000;

    [Theory]
    [InlineData("mixed")]
    [InlineData("interactive")]
    public void Exchange_GeneratorAndSinkOnOwnThreads_DeliversEverythingInOrder(string mix)
    {
        // Threads may be starved for long on a busy machine; only a lost packet would take this long.
        var model = TrafficHostTests.Model(mix, isV6: false) with { GiveUpAfter = TimeSpan.FromMinutes(10), TicksPerSecond = System.Diagnostics.Stopwatch.Frequency };
        var a = new TrafficHost(model, HostSide.A);
        var b = new TrafficHost(model, HostSide.B);
        using var toA = new BlockingCollection<byte[]>(512);
        using var toB = new BlockingCollection<byte[]>(512);
        var sinks = new[] { StartSink(a, toA), StartSink(b, toB) };
        var offered = new long[2];
        var quiet = new bool[2];
        var generators = new[] { StartGenerator(a, toB, 0, offered, quiet, toA), StartGenerator(b, toA, 1, offered, quiet, toB) };

        foreach (var thread in generators)
        {
            thread.Join();
        }

        toA.CompleteAdding();
        toB.CompleteAdding();
        foreach (var thread in sinks)
        {
            thread.Join();
        }

        var report = TrafficReport.Between(a, b);
        Assert.True(report.IsClean, string.Join('\n', report.Classes));
        Assert.True(report.Delivered >= Goal);
    }

    private static Thread StartSink(TrafficHost host, BlockingCollection<byte[]> from)
    {
        var thread = new Thread(() =>
        {
            foreach (var packet in from.GetConsumingEnumerable())
            {
                host.Receive(packet, System.Diagnostics.Stopwatch.GetTimestamp());
            }
        });
        thread.Start();
        return thread;
    }

    // Ends when both hosts have been seen quiet with everything offered delivered.
    private static Thread StartGenerator(TrafficHost host, BlockingCollection<byte[]> to, int index, long[] offered, bool[] quiet, BlockingCollection<byte[]> own)
    {
        var thread = new Thread(() =>
        {
            var buffer = new byte[host.MaximumPacketLength];
            while (!(Volatile.Read(ref quiet[0]) && Volatile.Read(ref quiet[1])))
            {
                var length = host.TryWriteNext(buffer, System.Diagnostics.Stopwatch.GetTimestamp(), out var tag);
                if (length > 0)
                {
                    to.Add(buffer[..length]);
                    Volatile.Write(ref offered[index], offered[index] + tag.Packets);
                    continue;
                }

                if (Volatile.Read(ref offered[0]) + Volatile.Read(ref offered[1]) >= Goal)
                {
                    host.Drain();
                }

                Volatile.Write(ref quiet[index], host.IsQuiet && own.Count == 0 && to.Count == 0 && Volatile.Read(ref offered[0]) + Volatile.Read(ref offered[1]) >= Goal);
                Thread.Yield();
            }
        });
        thread.Start();
        return thread;
    }
}
