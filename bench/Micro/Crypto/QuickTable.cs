using System.Globalization;
using IpsecDp.Bench.Rounds;

namespace IpsecDp.Bench.Crypto;

/// <summary>AES-GCM of SimdEngine against AesGcm and ipsec-mb in short rounds of all in turn, so that a disturbed machine disturbs all alike.</summary>
internal static class QuickTable
{
    // Packets of a round: enough for the clock's steps to vanish, and few enough to stay near the processor.
    private const int WorkingSet = 48 * 1024;
    private const int MostPackets = 256;
    private const int FewestPackets = 8;
    private const int LargestJob = 64;
    private const int SmallJob = 16;
    private static readonly int[] Sizes = [64, 256, 512, 1400, 8192];
    private static readonly int[] ShortSizes = [52, 68, 84, 100, 112];
    private static readonly int[] KeyBits = [128, 256];
    private static readonly TimeSpan TimePerRow = TimeSpan.FromMilliseconds(500);

    /// <summary>Prints nanoseconds a packet, GB/s of payload, and the ratios of times to both contenders of ours, each of the best and of the median rounds.</summary>
    public static void Print(TextWriter output)
    {
        if (IpsecMb.Variants.Count == 0)
        {
            output.WriteLine(IpsecMb.Absence);
        }

        output.WriteLine("AES-GCM, ns a packet, best / median of interleaved rounds; x = a rival's time over ours (call, job), best / median");
        output.WriteLine($"key payload      dir   {string.Join(' ', GcmContest.Names.Select(name => $"{name,15}"))}   GB/s   {string.Join("  ", GcmContest.Names.SkipLast(2).Select(name => $"x {name}"))}");
        foreach (int bits in KeyBits)
        {
            foreach (int size in Sizes)
            {
                PrintRows(output, bits, $"{size}", Alike(size), LargestJob);
            }

            PrintRows(output, bits, $"{SmallJob}x64", Alike(64), SmallJob);
            PrintRows(output, bits, $"{SmallJob}x1400", Alike(1400), SmallJob);

            foreach (int size in ShortSizes)
            {
                PrintRows(output, bits, $"{LargestJob}x{size}", Alike(size), LargestJob);
            }

            PrintRows(output, bits, $"{LargestJob}x52..112", [.. Enumerable.Range(0, MostPackets).Select(i => 52 + 4 * (i * 7 % 16))], LargestJob);
        }
    }

    private static int[] Alike(int size) => [.. Enumerable.Repeat(size, Math.Clamp(WorkingSet / size, FewestPackets, MostPackets))];

    private static void PrintRows(TextWriter output, int bits, string label, IReadOnlyList<int> payloads, int jobLength)
    {
        using var contest = new GcmContest(bits, payloads, jobLength);
        output.WriteLine(Row(bits, label, "seal", contest, contest.Seal(TimePerRow)));
        output.WriteLine(Row(bits, label, "open", contest, contest.Open(TimePerRow)));
    }

    private static string Row(int bits, string label, string direction, GcmContest contest, RoundTimes[] times)
    {
        var figures = times.Select(round => round.Per(contest.Packets)).Select(time => Format($"{time.Best,7:F1}/{time.Median,7:F1}"));
        RoundTimes call = times[^2], job = times[^1];
        var ratios = times[..^2].Select(rival =>
            Format($"{rival.Best / call.Best,5:F2}/{rival.Median / call.Median:F2} {rival.Best / job.Best,5:F2}/{rival.Median / job.Median:F2}"));
        return Format($"{bits} {label,-12} {direction}  ") + string.Join(' ', figures)
            + Format($"  {contest.Octets / job.Best,5:F2}   ") + string.Join(" | ", ratios);
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
