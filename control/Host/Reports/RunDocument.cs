using System.Text.Json;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Ike;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ports;

namespace IpsecDp.Host.Reports;

/// <summary>A data plane's report as one JSON document, schema 1.</summary>
internal static class RunDocument
{
    private const int Schema = 1;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { IncludeFields = true };

    /// <summary>Writes the document and a line end.</summary>
    public static void Write(DaemonReport report, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteNumber("seconds", CpuFigures.Rounded(report.Elapsed.TotalSeconds));
            json.WriteStartObject("engines");
            json.WriteNumber("general", report.GeneralThreads);
            json.WriteNumber("specialty", report.Engines);
            json.WriteEndObject();
            WriteCounters(json, report.Plane);
            CpuFigures.Write(json, report.Cpu, cause => report.Plane.Pool.SpilledBy(cause).Packets, report.Factor);
            json.WriteStartObject("memory");
            json.WriteNumber("allocatedBytesPerPacket", CpuFigures.Rounded(report.Memory.BytesPerPacket));
            json.WriteNumber("allocatedBytes", report.Memory.AllocatedBytes);
            json.WriteNumber("packets", report.Memory.Packets);
            json.WriteNumber("gen0", report.Memory.Collections);
            json.WriteNumber("outstandingBuffers", report.OutstandingBuffers);
            json.WriteEndObject();
            json.WriteString("capture", report.Capture);
            Serialize(json, "negotiations", report.Negotiations);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        output.Flush();
    }

    /// <summary>Reads what <see cref="Write"/> wrote; throws <see cref="JsonException"/>, <see cref="KeyNotFoundException"/> or <see cref="InvalidOperationException"/> for anything else.</summary>
    public static DaemonReport Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        var elapsed = TimeSpan.FromSeconds(root.GetProperty("seconds").GetDouble());
        var memory = root.GetProperty("memory");
        return new DaemonReport
        {
            Elapsed = elapsed,
            Engines = root.GetProperty("engines").GetProperty("specialty").GetInt32(),
            GeneralThreads = root.GetProperty("engines").GetProperty("general").GetInt32(),
            Plane = ReadCounters(root),
            Cpu = CpuFigures.ReadCpu(root, elapsed),
            Memory = new MemoryUse(memory.GetProperty("packets").GetInt64(), memory.GetProperty("allocatedBytes").GetInt64(), memory.GetProperty("gen0").GetInt32()),
            OutstandingBuffers = memory.GetProperty("outstandingBuffers").GetInt32(),
            Capture = root.GetProperty("capture").GetString(),
            Negotiations = Deserialize<TunnelNegotiation[]>(root.GetProperty("negotiations")),
        };
    }

    private static void WriteCounters(Utf8JsonWriter json, DataPlaneSnapshot plane)
    {
        Serialize(json, "associations", plane.Associations);
        Serialize(json, "drops", plane.Drops.ToDictionary(drop => drop.Key.ToString(), drop => drop.Value));
        Serialize(json, "rules", plane.RuleHits);
        json.WriteStartObject("bypassed");
        json.WriteNumber("out", plane.BypassedOut);
        json.WriteNumber("in", plane.BypassedIn);
        json.WriteEndObject();
        json.WriteStartArray("ports");
        foreach (var (port, stats) in plane.Ports)
        {
            json.WriteStartObject();
            json.WriteString("name", port);
            Serialize(json, "stats", stats);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static DataPlaneSnapshot ReadCounters(JsonElement root)
    {
        var bypassed = root.GetProperty("bypassed");
        return new DataPlaneSnapshot(
            Deserialize<SaSnapshot[]>(root.GetProperty("associations")),
            Deserialize<Dictionary<string, long>>(root.GetProperty("drops")).ToDictionary(drop => Enum.Parse<DropReason>(drop.Key), drop => drop.Value),
            Deserialize<Dictionary<string, long>>(root.GetProperty("rules")),
            bypassed.GetProperty("out").GetInt64(),
            bypassed.GetProperty("in").GetInt64(),
            [.. root.GetProperty("ports").EnumerateArray().Select(port => (port.GetProperty("name").GetString()!, Deserialize<PortStats>(port.GetProperty("stats"))))],
            CpuFigures.ReadPool(root));
    }

    private static void Serialize<T>(Utf8JsonWriter json, string name, T value)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value, Form);
    }

    private static T Deserialize<T>(JsonElement element) =>
        element.Deserialize<T>(Form) ?? throw new JsonException("a null where an object stands");
}
