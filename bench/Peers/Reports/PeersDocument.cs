using System.Runtime.InteropServices;
using System.Text.Json;
using IpsecDp.Peers.Results;
using IpsecDp.Peers.Statistics;

namespace IpsecDp.Peers.Reports;

/// <summary>The result as one JSON document, schema 1.</summary>
internal static class PeersDocument
{
    private const int Schema = 1;

    /// <summary>Writes the document and a line end.</summary>
    public static void Write(PeersResult result, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            WriteHead(json, result);
            WriteContenders(json, result);
            WriteFigures(json, result);
            WriteRatios(json, result, "ratios", Goal.All);
            WriteRatios(json, result, "limits", Goal.Limits);
            WriteFaults(json, result);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private static void WriteHead(Utf8JsonWriter json, PeersResult result)
    {
        json.WriteNumber("schema", Schema);
        json.WriteStartObject("machine");
        json.WriteNumber("processors", Environment.ProcessorCount);
        json.WriteString("system", RuntimeInformation.OSDescription);
        json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        json.WriteEndObject();
        json.WriteNumber("rounds", result.Options.Rounds);
        json.WriteNumber("seconds", result.Options.Seconds);
        json.WriteString("placement", result.Options.Placement.Name);
    }

    private static void WriteContenders(Utf8JsonWriter json, PeersResult result)
    {
        json.WriteStartArray("contenders");
        foreach (var contender in result.Contenders)
        {
            json.WriteStartObject();
            json.WriteString("name", contender.Name);
            json.WriteString("title", contender.Title);
            if (result.Absences.TryGetValue(contender.Name, out var absence))
            {
                json.WriteString("absent", absence);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFigures(Utf8JsonWriter json, PeersResult result)
    {
        json.WriteStartArray("figures");
        foreach (var metric in result.Metrics)
        {
            foreach (var contender in result.Contenders)
            {
                var samples = result.Of(contender.Name, metric.Name);
                if (samples.Count == 0)
                {
                    continue;
                }

                json.WriteStartObject();
                json.WriteString("metric", metric.Name);
                json.WriteString("unit", metric.Unit);
                json.WriteString("contender", contender.Name);
                WriteSpread(json, Spread.Of(samples.Select(sample => sample.Figure)));
                json.WriteStartArray("rounds");
                foreach (var sample in samples)
                {
                    WriteSample(json, sample);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static void WriteSample(Utf8JsonWriter json, Sample sample)
    {
        json.WriteStartObject();
        json.WriteNumber("round", sample.Round);
        WriteNumber(json, "figure", sample.Figure);
        WriteNumber(json, "cpuSecondsPerGigabyte", sample.Effort.CpuSecondsPerGigabyte);
        WriteNumber(json, "stealSeconds", sample.Effort.StealSeconds);
        json.WriteNumber("involuntarySwitches", sample.Effort.InvoluntarySwitches);
        json.WriteEndObject();
    }

    private static void WriteRatios(Utf8JsonWriter json, PeersResult result, string name, IReadOnlyList<Goal> goals)
    {
        json.WriteStartArray(name);
        foreach (var goal in goals)
        {
            json.WriteStartObject();
            json.WriteString("what", goal.What);
            json.WriteString("metric", goal.Metric);
            json.WriteString("contender", goal.Contender);
            json.WriteString("rival", goal.Rival);
            json.WriteNumber(goal.IsCeiling ? "atMost" : "atLeast", goal.Reach);
            if (result.Ratio(goal.Contender, goal.Rival, goal.Metric) is { } ratio)
            {
                WriteSpread(json, ratio);
                json.WriteBoolean("reached", goal.IsMetBy(ratio.Median));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFaults(Utf8JsonWriter json, PeersResult result)
    {
        json.WriteStartArray("faults");
        foreach (var fault in result.Faults)
        {
            json.WriteStartObject();
            json.WriteNumber("round", fault.Round);
            json.WriteString("contender", fault.Contender);
            json.WriteString("measure", fault.Measure);
            json.WriteString("sentence", fault.Sentence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSpread(Utf8JsonWriter json, Spread spread)
    {
        WriteNumber(json, "median", spread.Median);
        WriteNumber(json, "least", spread.Least);
        WriteNumber(json, "most", spread.Most);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double figure)
    {
        if (FigureText.Rounded(figure) is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
