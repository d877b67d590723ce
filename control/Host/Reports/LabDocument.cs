using System.Globalization;
using System.Text.Json;
using IpsecDp.Host.Lab;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Host.Reports;

/// <summary>The lab's result as one JSON document, schema 1.</summary>
internal static class LabDocument
{
    private const int Schema = 1;

    /// <summary>Writes the document and a line end.</summary>
    public static void Write(LabResult result, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            WriteHead(json, result);
            WriteTraffic(json, result);
            CpuFigures.Write(json, result.Cpu, cause => LabWords.SpilledPackets(result, cause), result.Options.Engine.Factor);
            WriteClasses(json, result);
            WriteDrops(json, result);
            json.WriteStartObject("memory");
            json.WriteNumber("allocatedBytesPerPacket", CpuFigures.Rounded(result.SteadyPackets == 0 ? 0 : (double)result.AllocatedBytes / result.SteadyPackets));
            json.WriteNumber("gen0", result.Collections);
            json.WriteNumber("outstandingBuffers", result.OutstandingBuffers);
            json.WriteEndObject();
            if (result.Wire is { } wire)
            {
                WriteWire(json, result, wire);
            }

            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private static void WriteHead(Utf8JsonWriter json, LabResult result)
    {
        json.WriteNumber("schema", Schema);
        json.WriteNumber("seconds", CpuFigures.Rounded(result.Elapsed.TotalSeconds));
        json.WriteString("load", result.Options.Load);
        json.WriteString("suite", result.Options.Suite.Name);
        json.WriteString("mode", LabWords.Mode(result.Options.Mode));
        if (result.Options.InNamespaces)
        {
            json.WriteString("capture", LabWords.Capture(result.Options.Capture));
        }

        json.WriteString("keys", result.Options.UsesIke ? "ike" : "manual");
        json.WriteString("agreed", result.Agreed);
        json.WriteStartObject("engines");
        json.WriteNumber("general", result.GeneralThreads);
        json.WriteNumber("specialty", result.Options.Engines);
        json.WriteEndObject();
    }

    private static void WriteTraffic(Utf8JsonWriter json, LabResult result)
    {
        var traffic = result.Traffic;
        json.WriteStartObject("packets");
        json.WriteNumber("offered", traffic.Offered);
        json.WriteNumber("delivered", traffic.Delivered);
        json.WriteNumber("lost", result.Lost);
        json.WriteNumber("reordered", traffic.Classes.Sum(c => c.Reordered));
        json.WriteNumber("corrupted", LabWords.Corrupted(traffic));
        json.WriteEndObject();
        json.WriteStartObject("bytes");
        json.WriteNumber("clear", traffic.Classes.Sum(c => c.OfferedOctets));
        json.WriteNumber("cipher", LabWords.CipherBytes(result));
        json.WriteEndObject();
        json.WriteNumber("throughputBitsPerSecond", Math.Round(LabWords.Throughput(result)));
    }

    private static void WriteClasses(Utf8JsonWriter json, LabResult result)
    {
        WriteLatency(json, result.Traffic.Latency);
        json.WriteStartArray("classes");
        foreach (var trafficClass in result.Traffic.Classes)
        {
            json.WriteStartObject();
            json.WriteString("name", trafficClass.Name);
            json.WriteNumber("offered", trafficClass.Offered);
            json.WriteNumber("delivered", trafficClass.Delivered);
            json.WriteNumber("lost", trafficClass.Lost);
            WriteLatency(json, trafficClass.Latency);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLatency(Utf8JsonWriter json, LatencySummary latency)
    {
        json.WriteStartObject("latencyMicroseconds");
        json.WriteNumber("p50", CpuFigures.Rounded(latency.P50));
        json.WriteNumber("p99", CpuFigures.Rounded(latency.P99));
        json.WriteNumber("p999", CpuFigures.Rounded(latency.P999));
        json.WriteEndObject();
    }

    private static void WriteDrops(Utf8JsonWriter json, LabResult result)
    {
        json.WriteStartObject("drops");
        foreach (var (reason, count) in LabWords.Drops(result))
        {
            json.WriteNumber(reason.ToString(), count);
        }

        json.WriteEndObject();
    }

    private static void WriteWire(Utf8JsonWriter json, LabResult result, WireSummary wire)
    {
        json.WriteStartObject("wire");
        json.WriteString("encapsulation", result.Options.IsInUdp ? "udp" : "esp");
        json.WriteNumber("family", (int)result.Options.Family);
        json.WriteNumber("espPackets", wire.EspPackets);
        json.WriteNumber("espBytes", wire.EspOctets);
        json.WriteNumber("housekeeping", wire.Housekeeping);
        json.WriteNumber("ike", wire.KeyExchange);
        json.WriteNumber("inClear", wire.Strangers);
        json.WriteStartArray("clearFrames");
        foreach (var line in wire.StrangerLines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
        json.WriteNumber("readable", wire.Readable);
        json.WriteNumber("notExamined", wire.Missed);
        json.WriteStartObject("kernelDrops");
        json.WriteNumber("tunQueueFull", wire.KernelDrops.TunQueueFull);
        json.WriteNumber("linkQueueFull", wire.KernelDrops.LinkQueueFull);
        json.WriteNumber("socketFull", wire.KernelDrops.SocketFull);
        json.WriteNumber("nfqueueFull", wire.KernelDrops.CaptureQueueFull);
        json.WriteEndObject();
        json.WriteStartObject("byDscp");
        foreach (var (dscp, count) in wire.ByDscp)
        {
            json.WriteNumber(dscp.ToString(CultureInfo.InvariantCulture), count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
