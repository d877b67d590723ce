using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using IpsecDp.Engines.Records;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ports;

namespace IpsecDp.Host.Reports;

/// <summary>What a data plane in a process of its own tells whoever measures it, a line each time: the interval since the reading before as a binary record, and what it lost since its start, by name.</summary>
internal sealed record PlaneReading(IntervalRecord Record, IReadOnlyDictionary<string, long> Lost)
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    /// <summary>The line, without its end.</summary>
    public static string Write(IntervalRecord record, DataPlaneSnapshot counters)
    {
        var lost = counters.Drops.ToDictionary(static drop => drop.Key.ToString(), static drop => drop.Value);
        foreach (var (port, stats) in counters.Ports)
        {
            lost[$"port {port} could not receive"] = stats.ReceiveFailures;
            lost[$"port {port} could not send"] = stats.SendFailures;
        }

        return JsonSerializer.Serialize(new Line(Convert.ToBase64String(RecordWriter.Write(record)), lost), Form);
    }

    /// <summary>Reads a line; false with a sentence for anything that is none.</summary>
    public static bool TryRead(string line, [NotNullWhen(true)] out PlaneReading? reading, out string error)
    {
        (reading, error) = (null, "");
        try
        {
            if (JsonSerializer.Deserialize<Line>(line, Form) is not { Record: { } text, Lost: { } lost })
            {
                error = "a part of it is missing";
                return false;
            }

            var fault = RecordReader.TryRead(Convert.FromBase64String(text), out var record, out _);
            reading = record is null ? null : new PlaneReading(record, lost);
            error = RecordFaults.Sentence(fault);
        }
        catch (Exception refusal) when (refusal is JsonException or FormatException)
        {
            error = refusal.Message;
        }

        return reading is not null;
    }

    private sealed record Line(string? Record, Dictionary<string, long>? Lost);
}
