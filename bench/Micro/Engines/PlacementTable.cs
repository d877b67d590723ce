using System.Globalization;
using IpsecDp.Bench.Rounds;

namespace IpsecDp.Bench.Engines;

/// <summary>Jobs of an SA on every engine, kept in order by the SA's lane (the product), against an SA bound to one engine.</summary>
internal static class PlacementTable
{
    private const int Jobs = 256;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    /// <summary>Prints nanoseconds a packet of 1400 octets sealed in jobs of 64, best / median of interleaved rounds.</summary>
    public static void Print(TextWriter output)
    {
        output.WriteLine("ns a packet sealed, best / median      engines   lane per SA, any engine   SA bound to an engine   any over bound");
        foreach (var engines in (int[])[1, 2])
        {
            Row(output, "one SA", engines, [0]);
            Row(output, "eight SAs alike", engines, [0, 1, 2, 3, 4, 5, 6, 7]);
            Row(output, "eight SAs, half of it for one", engines, [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7]);
        }
    }

    private static void Row(TextWriter output, string name, int engines, int[] turns)
    {
        using var any = new PlacedWork(engines, isBound: false, turns);
        using var bound = new PlacedWork(engines, isBound: true, turns);
        var times = InterleavedRounds.Measure(Duration, () => { }, () => any.Seal(Jobs), () => bound.Seal(Jobs));
        const double Packets = Jobs * SealWork.BatchSize;
        var (free, tied) = (times[0].Per(Packets), times[1].Per(Packets));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-38} {engines,7}   {free.Best,9:F1} /{free.Median,9:F1}    {tied.Best,9:F1} /{tied.Median,9:F1}   {free.Best / tied.Best,5:F2} /{free.Median / tied.Median,5:F2}"));
    }
}
