using System.Diagnostics;
using IpsecDp.Engines;
using IpsecDp.Throughput.Rounds;

namespace IpsecDp.Throughput.Overload;

/// <summary>The verb <c>overload</c>: more than the line can carry, sealed by its thread against one engine; throughput must not fall below the former's.</summary>
internal static class OverloadCommand
{
    private const string Factors = "--factors";
    private const string Seconds = "--seconds";
    private const string Round = "--round-ms";
    private const string Octets = "--queue-octets";
    private const string MoveAll = "--move-all";
    private const string Json = "--json";

    private const int CapacityRounds = 9;

    // More than any processor can take.
    private const double Flood = 1e9;

    /// <summary>Measures and prints; 1 when the verdict is against the engine.</summary>
    public static int Run(ReadOnlySpan<string> words, TextWriter output)
    {
        var arguments = new Arguments(words, [Factors, Seconds, Round, Octets], [MoveAll, Json]);
        double[] factors = [.. arguments.Words(Factors, "0.5,1,2,3").Select(word => Arguments.Read(Factors, word, 0.01))];
        var duration = TimeSpan.FromMilliseconds(arguments.Number(Round, 50, 1));
        var rule = new NeedHelpRule { QueueOctets = (int)arguments.Number(Octets, new NeedHelpRule().QueueOctets, 1), KeepsWhatIsDearer = !arguments.Has(MoveAll) };
        using var inline = new OverloadLine(engines: 0, rule);
        using var engine = new OverloadLine(engines: 1, rule);
        engine.Offer(Flood, duration);
        var capacity = RoundTimes.Of(Enumerable.Range(0, CapacityRounds).Select(_ => inline.Offer(Flood, duration).SentPerSecond)).Median;
        var rows = Measure(factors, capacity, (inline, engine), duration, TimeSpan.FromSeconds(arguments.Number(Seconds, 8, 0)));
        var verdict = OverloadVerdict.Of(rows);
        if (arguments.Has(Json))
        {
            output.WriteLine(OverloadReport.Json(capacity, rows, verdict));
            return verdict.Holds ? 0 : 1;
        }

        output.WriteLine(OverloadReport.Heading);
        foreach (var row in rows)
        {
            output.WriteLine(OverloadReport.Text(row));
        }

        output.WriteLine(verdict.Sentence);
        return verdict.Holds ? 0 : 1;
    }

    private static List<OverloadRow> Measure(double[] factors, double capacity, (OverloadLine Inline, OverloadLine Engine) lines, TimeSpan round, TimeSpan duration)
    {
        var inline = factors.Select(_ => new List<OverloadRound>()).ToArray();
        var engine = factors.Select(_ => new List<OverloadRound>()).ToArray();
        var watch = Stopwatch.StartNew();
        do
        {
            for (var at = 0; at < factors.Length; at++)
            {
                inline[at].Add(lines.Inline.Offer(factors[at] * capacity, round));
                engine[at].Add(lines.Engine.Offer(factors[at] * capacity, round));
            }
        }
        while (watch.Elapsed < duration);

        return [.. factors.Select((factor, at) => new OverloadRow(factor, factor * capacity, inline[at], engine[at]))];
    }
}
