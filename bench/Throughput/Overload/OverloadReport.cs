using System.Globalization;
using System.Text.Json;
using IpsecDp.Engines;

namespace IpsecDp.Throughput.Overload;

/// <summary>The figures of an overload run, as a table for eyes and as JSON for programs.</summary>
internal static class OverloadReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What the columns of <see cref="Text"/> are.</summary>
    public const string Heading = "offered x  Mpps | inline Mpps  lost  CPUs | engine Mpps  lost  CPUs | engine / inline | jobs on engine, spilled by cause";

    /// <summary>One offered load.</summary>
    public static string Text(OverloadRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Factor,8:F1}  {row.OfferedPerSecond / 1e6,5:F2} | {row.InlinePerSecond / 1e6,11:F3} {row.InlineLost,5:P0} {row.InlineProcessors,5:F2} | {row.EnginePerSecond / 1e6,11:F3} {row.EngineLost,5:P0} {row.EngineProcessors,5:F2} | {row.Ratio,15:F2} | {row.OnEngines}, {string.Join(", ", Enum.GetValues<SpillCause>().Select(cause => $"{cause} {row.SpilledBy(cause)}"))}");

    /// <summary>Everything of a run as one JSON object.</summary>
    public static string Json(double capacity, IReadOnlyList<OverloadRow> rows, OverloadVerdict verdict) => JsonSerializer.Serialize(
        new
        {
            packetOctets = OverloadLine.PacketLength,
            inlineCapacityPerSecond = capacity,
            rows = rows.Select(row => new
            {
                factor = row.Factor,
                offeredPerSecond = row.OfferedPerSecond,
                rounds = row.Inline.Count,
                inlinePerSecond = row.InlinePerSecond,
                inlineLostShare = row.InlineLost,
                enginePerSecond = row.EnginePerSecond,
                engineLostShare = row.EngineLost,
                inlineProcessors = row.InlineProcessors,
                engineProcessors = row.EngineProcessors,
                ratio = row.Ratio,
                jobsOnEngine = row.OnEngines,
                jobsSpilled = Enum.GetValues<SpillCause>().ToDictionary(cause => $"{cause}", row.SpilledBy),
            }),
            holds = verdict.Holds,
            verdict = verdict.Sentence,
        },
        Indented);
}
