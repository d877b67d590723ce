using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Threading.Channels;
using IpsecDp.Bench.Rounds;

namespace IpsecDp.Bench.Engines;

/// <summary>What System.Threading.Channels costs between a general thread and an engine, against rings that do nothing else.</summary>
internal static class QueueTable
{
    private const int Capacity = 64;
    private const int Items = 20_000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    private delegate bool Take([NotNullWhen(true)] out object? item);

    /// <summary>Prints nanoseconds an item, best / median of interleaved rounds.</summary>
    public static void Print(TextWriter output)
    {
        var channel = Channel.CreateBounded<object>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait });
        var spsc = new SpscRing<object>(Capacity);
        var mpmc = new MpmcRing<object>(Capacity);
        (string Name, Func<object, bool> Put, Take Take)[] queues =
        [
            ("bounded Channel", channel.Writer.TryWrite, channel.Reader.TryRead),
            ("MPMC ring", mpmc.TryWrite, mpmc.TryRead),
            ("SPSC ring", spsc.TryWrite, spsc.TryRead),
        ];
        output.WriteLine("ns an item, best / median       one thread puts and takes   one puts, another takes");
        var alone = InterleavedRounds.Measure(Duration, () => { }, [.. queues.Select(queue => (Action)(() => PutAndTake(queue.Put, queue.Take)))]);
        var across = InterleavedRounds.Measure(Duration, () => { }, [.. queues.Select(queue => (Action)(() => PassAcross(queue.Put, queue.Take)))]);
        for (var at = 0; at < queues.Length; at++)
        {
            output.WriteLine($"{queues[at].Name,-30}  {Figure(alone[at].Per(Items)),25}   {Figure(across[at].Per(Items)),23}");
        }
    }

    private static void PutAndTake(Func<object, bool> put, Take take)
    {
        var item = new object();
        for (var i = 0; i < Items; i++)
        {
            if (!put(item) || !take(out _))
            {
                throw new InvalidOperationException("an empty queue was full, or a full one empty");
            }
        }
    }

    private static void PassAcross(Func<object, bool> put, Take take)
    {
        var taker = new Thread(() =>
        {
            for (var taken = 0; taken < Items;)
            {
                if (take(out _))
                {
                    taken++;
                }
                else
                {
                    Thread.Yield();
                }
            }
        });
        taker.Start();
        var item = new object();
        for (var i = 0; i < Items;)
        {
            if (put(item))
            {
                i++;
            }
            else
            {
                Thread.Yield();
            }
        }

        taker.Join();
    }

    private static string Figure(RoundTimes times) => string.Create(CultureInfo.InvariantCulture, $"{times.Best,8:F1} /{times.Median,8:F1}");
}
