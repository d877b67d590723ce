using System.Globalization;
using System.Text.Json;
using IpsecDp.Engines;
using IpsecDp.Throughput.Clock;
using IpsecDp.Throughput.Rounds;
using IpsecDp.Throughput.Seal;

namespace IpsecDp.Throughput.Line;

/// <summary>The figures of a line run, as a table for eyes and as JSON for programs.</summary>
internal static class LineReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>What the columns of <see cref="Text(RoundTimes, LineRow)"/> are.</summary>
    public const string Heading =
        "mode      octets   SAs thr eng |  bare cipher ns | line ns a packet, x cipher, x first       | Mpps  TSC a packet, octet | latency us p50    p99  p99.9 | CPU ns general eligible engine hand-over idle | alloc  disorder  on engines  rounds";

    /// <summary>One contender; times are best / median of the rounds.</summary>
    public static string Text(RoundTimes cipher, LineRow row)
    {
        var clocks = row.Time.Times(TimeStampCounter.TicksPerNanosecond ?? double.NaN);
        return string.Create(CultureInfo.InvariantCulture, $"{row.Case.Mode,-9} {row.Case.Mix.Name,6} {row.Case.Associations,5} {row.Case.Threads,3} {row.Case.Engines,3} | {Pair(cipher, "F0")} | {Pair(row.Time, "F0")} {Pair(row.OverCipher, "F2")} {Pair(row.OverFirst, "F2")} | {row.PacketsPerSecond / 1e6,4:F2} {clocks.Median,9:F0} {clocks.Median / row.Case.Mix.MeanLength,9:F2} | {row.Latency.P50,14:F1} {row.Latency.P99,6:F1} {row.Latency.P999,6:F1} | {row.Cpu.General,14:F0} {row.Cpu.EligibleOnGeneral,8:F0} {row.Cpu.Specialty,6:F0} {row.Cpu.HandOver,9:F0} {row.Cpu.Idle,4:F0} | {row.AllocatedPerPacket,5:F2} {row.OutOfOrder,9} {row.OffloadedShare,11:P1} {row.Rounds,7}");
    }

    /// <summary>What the columns of <see cref="Text(EncapsulationRow)"/> are.</summary>
    public static string EncapsulationHeading => string.Create(CultureInfo.InvariantCulture, $"""

        ESP tunnel encapsulation alone, AES-128-GCM, jobs of 64, one thread: from "SA known" to "ready to send"; best / median.
        VPP 26.10 esp4-encrypt-tun with its native VAES engine beside it; its counter runs at {PublishedClocks.TicksPerNanosecond} GHz, this one ({TimeStampCounter.ProcessorName}) at {TimeStampCounter.TicksPerNanosecond:F3} GHz.
        octets |    ns a packet | TSC a packet here |  VPP TSC   VPP ns |  x by clocks     |  x by time       | wanted
        """);

    /// <summary>Encapsulation alone beside VPP's; the shares by clocks and by time differ as the two counters' rates do.</summary>
    public static string Text(EncapsulationRow row)
    {
        var clocks = row.Time.Times(TimeStampCounter.TicksPerNanosecond ?? double.NaN);
        var own = string.Create(CultureInfo.InvariantCulture, $"{row.Length,6} | {Pair(row.Time, "F1")} | {Pair(clocks, "F0"),17} |");
        if (PublishedClocks.Of(row.Length) is not { } published)
        {
            return own;
        }

        var nanoseconds = published.Clocks / PublishedClocks.TicksPerNanosecond;
        return own + string.Create(CultureInfo.InvariantCulture, $" {published.Clocks,8} {nanoseconds,8:F1} | {Pair(clocks.Times(1.0 / published.Clocks), "F2"),16} | {Pair(row.Time.Times(1 / nanoseconds), "F2"),16} | {published.Wanted:F2}");
    }

    /// <summary>Everything of a run as one JSON object.</summary>
    public static string Json(IReadOnlyList<(RoundTimes Cipher, LineRow Row)> rows, IReadOnlyList<EncapsulationRow> encapsulation) => JsonSerializer.Serialize(
        new
        {
            processor = TimeStampCounter.ProcessorName,
            tscTicksPerNanosecond = TimeStampCounter.TicksPerNanosecond,
            line = rows.Select(row => Fields(row.Cipher, row.Row)),
            encapsulation = encapsulation.Select(row => new
            {
                octets = row.Length,
                nanosecondsPerPacket = Both(row.Time),
                tscPerPacket = Both(row.Time.Times(TimeStampCounter.TicksPerNanosecond ?? 0)),
                vppTscPerPacket = PublishedClocks.Of(row.Length)?.Clocks,
                vppNanosecondsPerPacket = PublishedClocks.Of(row.Length)?.Clocks / PublishedClocks.TicksPerNanosecond,
                wanted = PublishedClocks.Of(row.Length)?.Wanted,
            }),
        },
        Indented);

    private static object Fields(RoundTimes cipher, LineRow row) => new
    {
        mode = $"{row.Case.Mode}",
        mix = row.Case.Mix.Name,
        meanOctets = row.Case.Mix.MeanLength,
        associations = row.Case.Associations,
        threads = row.Case.Threads,
        engines = row.Case.Engines,
        rounds = row.Rounds,
        packetsPerSecond = row.PacketsPerSecond,
        nanosecondsPerPacket = Both(row.Time),
        tscPerPacket = Both(row.Time.Times(TimeStampCounter.TicksPerNanosecond ?? 0)),
        tscPerOctet = Both(row.Time.Times((TimeStampCounter.TicksPerNanosecond ?? 0) / row.Case.Mix.MeanLength)),
        cipherNanosecondsPerPacket = Both(cipher),
        timesCipher = Both(row.OverCipher),
        timesFirst = Both(row.OverFirst),
        latencyMicroseconds = new { p50 = row.Latency.P50, p99 = row.Latency.P99, p999 = row.Latency.P999 },
        cpuNanosecondsPerPacket = row.Cpu,
        allocatedOctetsPerPacket = row.AllocatedPerPacket,
        outOfOrder = row.OutOfOrder,
        jobsOnEngines = row.Engines.OnEngines.Jobs,
        jobsSpilled = Enum.GetValues<SpillCause>().ToDictionary(cause => $"{cause}", row.SpilledBy),
        wakeUps = row.Engines.Engines.Sum(engine => engine.WakeUps),
    };

    private static object Both(RoundTimes times) => new { best = times.Best, median = times.Median };

    private static string Pair(RoundTimes times, string format) =>
        $"{times.Best.ToString(format, CultureInfo.InvariantCulture),6} / {times.Median.ToString(format, CultureInfo.InvariantCulture),6}";
}
