using System.Diagnostics;
using System.Globalization;
using IpsecDp.Bench.Rounds;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Bench.Associations;

/// <summary>What installing, keeping and finding 10 to 1 000 000 SAs costs.</summary>
internal static class AssociationTable
{
    // SAs of the near look-up: few enough to stay in the caches at every size of the table.
    private const int Near = 10;
    private const int LookUps = 20_000;
    private static readonly int[] Sizes = [10, 1_000, 100_000, 1_000_000];
    private static readonly TimeSpan TimePerRow = TimeSpan.FromSeconds(1);

    /// <summary>Prints time of installation, octets per SA, and nanoseconds of a look-up: of ten SAs over and over, and of all in random order, where each misses the caches once the table is larger than they are.</summary>
    public static void Print(TextWriter output)
    {
        output.WriteLine("SAs of AES-128-GCM, models and keys included; look-up in ns, best / median of interleaved rounds");
        output.WriteLine("    SAs   install s   CPU s  bytes per SA: managed  resident   look-up of 10 SAs   of all, random order");
        foreach (int size in Sizes)
        {
            output.WriteLine(Row(size));
        }
    }

    private static string Row(int size)
    {
        using var stock = new AssociationStock(size);
        (long managed, long resident) = Memory();
        long start = Stopwatch.GetTimestamp();
        TimeSpan burntBefore = Environment.CpuUsage.TotalTime;
        stock.Install();
        TimeSpan installed = Stopwatch.GetElapsedTime(start);
        TimeSpan burnt = Environment.CpuUsage.TotalTime - burntBefore;
        (long managedAfter, long residentAfter) = Memory();

        uint[] near = stock.Spis[..Near];
        uint[] all = [.. stock.Spis];
        new Random(size).Shuffle(all);
        var at = 0;
        RoundTimes[] times = InterleavedRounds.Measure(
            TimePerRow,
            () => { },
            () => Require(LookUps == FindAll(stock.Table, near, 0)),
            () =>
            {
                Require(LookUps == FindAll(stock.Table, all, at));
                at = (at + LookUps) % all.Length;
            });
        return string.Create(CultureInfo.InvariantCulture, $"{size,7} {installed.TotalSeconds,11:F3} {burnt.TotalSeconds,7:F3} {(double)(managedAfter - managed) / size,22:F0} {(double)(residentAfter - resident) / size,9:F0}")
            + $"   {Figure(times[0])}       {Figure(times[1])}";
    }

    private static int FindAll(SaTable table, uint[] spis, int from)
    {
        var found = 0;
        for (int i = 0, at = from; i < LookUps; i++, at++)
        {
            at = at < spis.Length ? at : 0;
            if (table.TryFind(SaProtocol.Esp, spis[at], out InboundSa? sa))
            {
                found += sa.Layer + 1;
            }
        }

        return found;
    }

    private static (long Managed, long Resident) Memory()
    {
        long managed = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return (managed, process.WorkingSet64);
    }

    private static void Require(bool isRight)
    {
        if (!isRight)
        {
            throw new InvalidOperationException("an installed SA was not found");
        }
    }

    private static string Figure(RoundTimes times)
    {
        RoundTimes one = times.Per(LookUps);
        return string.Create(CultureInfo.InvariantCulture, $"{one.Best,6:F1} /{one.Median,6:F1}");
    }
}
