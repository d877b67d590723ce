using System.Buffers;
using System.Text.Json;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Engines.Records;

/// <summary>An interval as one line of JSON, schema 2, with the names RMF gives its figures beside our own.</summary>
public static class RecordJson
{
    /// <summary>The document without a line end, UTF-8.</summary>
    public static ReadOnlyMemory<byte> Write(IntervalRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteHead(json, record);
            WriteService(json, record.Times);
            WriteAccounts(json, record.Cpu);
            WriteRatios(json, record);
            WriteClasses(json, record);
            WriteEngines(json, record.Pool);
            WriteHistogram(json, "batchPackets", record.Pool.BatchSizes);
            WriteHistogram(json, "queueDepth", record.Pool.QueueDepths);
            WriteHistogram(json, "queueMicroseconds", record.Pool.QueueMicroseconds);
            WriteDisturbance(json, record.Cpu);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Writes the objects <c>serviceTimes</c> and <c>applPercent</c>.</summary>
    public static void WriteService(Utf8JsonWriter json, ServiceTimes times)
    {
        json.WriteStartObject("serviceTimes");
        Number(json, "cpu", times.Cpu);
        Number(json, "cp", times.Cp);
        Number(json, "iipcp", times.IipCp);
        Number(json, "iipRaw", times.Iip);
        Number(json, "iipNormalised", times.IipNormalised);
        json.WriteEndObject();
        json.WriteStartObject("applPercent");
        Number(json, "cp", times.ApplCp);
        Number(json, "iipcp", times.ApplIipCp);
        Number(json, "iipRaw", times.ApplIip);
        json.WriteEndObject();
    }

    /// <summary>Writes the object <c>disturbance</c>.</summary>
    public static void WriteDisturbance(Utf8JsonWriter json, CpuSnapshot cpu)
    {
        var disturbed = cpu.Disturbance;
        json.WriteStartObject("disturbance");
        NumberOrNull(json, "stealSeconds", disturbed.StealSeconds);
        NumberOrNull(json, "stealShare", disturbed.StealShare(cpu.Wall));
        json.WriteBoolean("stolen", disturbed.IsStolen(cpu.Wall));
        NumberOrNull(json, "involuntarySwitches", disturbed.InvoluntarySwitches);
        json.WriteNumber("gen0", disturbed.Gen0Collections);
        json.WriteNumber("gen1", disturbed.Gen1Collections);
        json.WriteNumber("gen2", disturbed.Gen2Collections);
        NumberOrNull(json, "megahertz", disturbed.Megahertz);
        json.WriteNumber("processors", disturbed.Processors);
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, IntervalRecord record)
    {
        json.WriteNumber("schema", RecordLayout.Version);
        json.WriteString("system", record.System);
        json.WriteString("start", record.Start.UtcDateTime);
        Number(json, "seconds", record.Cpu.Wall.TotalSeconds);
        json.WriteNumber("sequence", record.Sequence);
        json.WriteStartObject("controls");
        json.WriteNumber("general", record.General);
        json.WriteNumber("specialty", record.Pool.Engines.Count);
        json.WriteString("ziip", record.Controls.IpSecurity ? "IPSECURITY" : "NOIPSECURITY");
        json.WriteString("iipHonorPriority", record.Controls.HonorPriority ? "YES" : "NO");
        json.WriteNumber("ziipAwmt", (long)record.Controls.AlternateWait.TotalMicroseconds);
        json.WriteString("delivery", record.Controls.IsHandedBack ? "general" : "engine");
        json.WriteNumber("normalisation256", record.Controls.Factor.Numerator);
        json.WriteEndObject();
    }

    private static void WriteAccounts(Utf8JsonWriter json, CpuSnapshot cpu)
    {
        json.WriteStartObject("cpuSeconds");
        foreach (var account in CpuAccounts.All)
        {
            Number(json, NameOf(account), cpu[account]);
        }

        Number(json, "handOverOnEngines", cpu.HandOverOnEnginesSeconds);
        Number(json, "notAttributed", cpu.NotAttributedSeconds);
        Number(json, "process", cpu.ProcessSeconds);
        json.WriteEndObject();
        json.WriteStartObject("stampedSeconds");
        foreach (var account in CpuAccounts.All)
        {
            Number(json, NameOf(account), cpu.StampedSeconds(account));
        }

        json.WriteEndObject();
    }

    private static void WriteRatios(Utf8JsonWriter json, IntervalRecord record)
    {
        var ratios = record.Ratios;
        json.WriteStartObject("offload");
        Number(json, "eligibleShare", ratios.EligibleShare);
        Number(json, "ratio", ratios.OffloadRatio);
        Number(json, "spill", ratios.Spill);
        Number(json, "achieved", ratios.AchievedOffload);
        json.WriteNumber("helpCalls", record.Pool.HelpCalls);
        json.WriteNumber("waits", record.Pool.Waits);
        json.WriteNumber("handedBack", record.Pool.HandedBack);
        json.WriteEndObject();
    }

    private static void WriteClasses(Utf8JsonWriter json, IntervalRecord record)
    {
        json.WriteStartArray("classes");
        foreach (var serviceClass in ServiceClasses.All)
        {
            json.WriteStartObject();
            json.WriteString("name", ServiceClasses.NameOf(serviceClass));
            Count(json, "onEngines", record.Pool.OnEnginesOf(serviceClass), record.Cpu[CpuAccount.SpecialtyEligible, serviceClass]);
            Count(json, "projected", record.Pool.ProjectedOf(serviceClass), record.Cpu.Projected(serviceClass));
            Number(json, "specialtyOtherSeconds", record.Cpu[CpuAccount.SpecialtyOther, serviceClass]);
            Number(json, "generalSeconds", record.Cpu[CpuAccount.General, serviceClass]);
            Number(json, "ratio", record.Ratios.OffloadRatioOf(serviceClass));
            json.WriteStartObject("spilled");
            foreach (var cause in SpillCauses.All)
            {
                Count(json, JsonNamingPolicy.CamelCase.ConvertName(cause.ToString()), record.Pool.SpilledBy(cause, serviceClass), record.Cpu.SpilledBy(cause, serviceClass));
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEngines(Utf8JsonWriter json, EnginePoolSnapshot pool)
    {
        json.WriteStartArray("engines");
        foreach (var engine in pool.Engines)
        {
            json.WriteStartObject();
            json.WriteNumber("index", engine.Index);
            json.WriteBoolean("parked", engine.IsParked);
            json.WriteBoolean("pinned", engine.IsPinned);
            json.WriteNumber("jobs", engine.Jobs);
            json.WriteNumber("packets", engine.Packets);
            json.WriteNumber("bytes", engine.Bytes);
            json.WriteNumber("depth", engine.Depth);
            json.WriteNumber("depthHighWater", engine.DepthHighWater);
            json.WriteNumber("wakeUps", engine.WakeUps);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHistogram(Utf8JsonWriter json, string name, CountHistogram histogram)
    {
        json.WriteStartArray(name);
        for (var bucket = 0; bucket < CountHistogram.Buckets; bucket++)
        {
            json.WriteNumberValue(histogram[bucket]);
        }

        json.WriteEndArray();
    }

    private static void Count(Utf8JsonWriter json, string name, WorkCount count, double seconds)
    {
        json.WriteStartObject(name);
        json.WriteNumber("jobs", count.Jobs);
        json.WriteNumber("packets", count.Packets);
        json.WriteNumber("bytes", count.Bytes);
        Number(json, "seconds", seconds);
        json.WriteEndObject();
    }

    private static string NameOf(CpuAccount account) => JsonNamingPolicy.CamelCase.ConvertName(account.ToString());

    // A ratio over nothing is no JSON number.
    private static void Number(Utf8JsonWriter json, string name, double value) => NumberOrNull(json, name, value);

    private static void NumberOrNull(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, Math.Round(number, 6));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
