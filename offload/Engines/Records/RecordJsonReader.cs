using System.Diagnostics;
using System.Text.Json;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Engines.Records;

/// <summary>Reads what <see cref="RecordJson"/> writes; whatever is not exactly such a line is refused by name. Figures that follow from others are checked and not taken.</summary>
public static class RecordJsonReader
{
    // Six places are written, so a sum of all parts may be off by half of the last one for each.
    private const double Rounding = 1e-4;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads one line without its end.</summary>
    public static RecordFault TryRead(ReadOnlyMemory<byte> line, out IntervalRecord? record)
    {
        record = null;
        try
        {
            using var document = JsonDocument.Parse(line, Strict);
            return Read(document.RootElement, out record);
        }
        catch (Exception refusal) when (refusal is JsonException or InvalidOperationException)
        {
            // The second is thrown for a text that is no Unicode.
            record = null;
            return RecordFault.Foreign;
        }
    }

    private static RecordFault Read(JsonElement root, out IntervalRecord? record)
    {
        record = null;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("schema", out var schema) || !root.TryGetProperty("serviceTimes", out _) || !root.TryGetProperty("controls", out _))
        {
            return RecordFault.Foreign;
        }

        if (schema.ValueKind != JsonValueKind.Number || !schema.TryGetInt32(out var version) || version is < RecordLayout.OldestVersion or > RecordLayout.Version)
        {
            return RecordFault.UnknownVersion;
        }

        var figures = new RecordJsonFigures();
        var causes = RecordLayout.CausesOf(version);
        var pool = ReadPool(figures, root, causes);
        var read = ReadHead(figures, root, ReadCpu(figures, root, causes), pool);
        if (figures.Fault == RecordFault.None && !Agrees(figures, root, read))
        {
            figures.Refuse(RecordFault.Contradiction);
        }

        record = figures.Fault == RecordFault.None ? read : null;
        return figures.Fault;
    }

    private static IntervalRecord ReadHead(RecordJsonFigures figures, JsonElement root, CpuSnapshot cpu, EnginePoolSnapshot pool)
    {
        var controls = figures.Member(root, "controls", JsonValueKind.Object);
        var system = figures.Text(root, "system");
        var factor = figures.Count(controls, "normalisation256", ushort.MaxValue);
        var general = figures.Count(controls, "general", ushort.MaxValue);
        if (system.Length is 0 or > IntervalRecord.SystemLength || factor < Normalisation.None.Numerator || general == 0)
        {
            figures.Refuse(RecordFault.Impossible);
        }

        if (!figures.Member(root, "start", JsonValueKind.String).TryGetMoment(out var start) || start < DateTimeOffset.UnixEpoch)
        {
            figures.Refuse(RecordFault.Impossible);
        }

        if (figures.Count(controls, "specialty", ushort.MaxValue) != pool.Engines.Count)
        {
            figures.Refuse(RecordFault.Contradiction);
        }

        return new IntervalRecord
        {
            System = system,
            Start = start,
            Sequence = figures.Count(root, "sequence"),
            General = (int)general,
            Controls = new RecordControls(
                figures.Choice(controls, "ziip", "IPSECURITY", "NOIPSECURITY"),
                figures.Choice(controls, "iipHonorPriority", "YES", "NO"),
                figures.Choice(controls, "delivery", "general", "engine"),
                TimeSpan.FromMicroseconds(figures.Count(controls, "ziipAwmt", uint.MaxValue)),
                figures.Fault == RecordFault.None ? Normalisation.Of((int)factor) : Normalisation.None),
            Cpu = cpu,
            Pool = pool,
        };
    }

    private static CpuSnapshot ReadCpu(RecordJsonFigures figures, JsonElement root, int causes)
    {
        var (booked, stamped) = (new long[CpuSlot.Count], new long[CpuSlot.Count]);
        foreach (var (entry, serviceClass) in figures.Elements(root, "classes").Zip(ServiceClasses.All))
        {
            booked[CpuSlot.Of(CpuAccount.SpecialtyEligible, serviceClass)] = Nanoseconds(figures.Seconds(figures.Member(entry, "onEngines", JsonValueKind.Object), "seconds"));
            booked[CpuSlot.Of(CpuAccount.EligibleOnGeneral, serviceClass)] = Nanoseconds(figures.Seconds(figures.Member(entry, "projected", JsonValueKind.Object), "seconds"));
            booked[CpuSlot.Of(CpuAccount.SpecialtyOther, serviceClass)] = Nanoseconds(figures.Seconds(entry, "specialtyOtherSeconds"));
            booked[CpuSlot.Of(CpuAccount.General, serviceClass)] = Nanoseconds(figures.Seconds(entry, "generalSeconds"));
            var spilled = figures.Member(entry, "spilled", JsonValueKind.Object);
            foreach (var cause in SpillCauses.All.Take(causes))
            {
                booked[CpuSlot.Of(cause, serviceClass)] = Nanoseconds(figures.Seconds(figures.Member(spilled, NameOf(cause), JsonValueKind.Object), "seconds"));
            }
        }

        var (seconds, stamps) = (figures.Member(root, "cpuSeconds", JsonValueKind.Object), figures.Member(root, "stampedSeconds", JsonValueKind.Object));
        booked[CpuSlot.HandOverOnEngine] = Nanoseconds(figures.Seconds(seconds, "handOverOnEngines"));
        foreach (var account in CpuAccounts.All)
        {
            // What no class and no cause has is the account's own.
            var parts = Enumerable.Range(0, CpuSlot.Count).Where(slot => CpuSlot.AccountOf(slot) == account).Sum(slot => booked[slot]);
            var rest = Nanoseconds(figures.Seconds(seconds, NameOf(account))) - parts;
            if (rest < -Nanoseconds(Rounding))
            {
                figures.Refuse(RecordFault.Contradiction);
            }

            booked[CpuSlot.Of(account)] += Math.Max(0, rest);
            stamped[CpuSlot.Of(account)] = (long)(figures.Seconds(stamps, NameOf(account)) * Stopwatch.Frequency);
        }

        return new CpuSnapshot(booked, stamped, Nanoseconds(figures.Seconds(seconds, "process")), WallOf(figures, root), ReadDisturbance(figures, root));
    }

    private static TimeSpan WallOf(RecordJsonFigures figures, JsonElement root) => TimeSpan.FromTicks((long)(figures.Seconds(root, "seconds") * TimeSpan.TicksPerSecond));

    private static Disturbance ReadDisturbance(RecordJsonFigures figures, JsonElement root)
    {
        var disturbed = figures.Member(root, "disturbance", JsonValueKind.Object);
        return new Disturbance(
            figures.SecondsOrNull(disturbed, "stealSeconds"),
            figures.CountOrNull(disturbed, "involuntarySwitches"),
            (int)figures.Count(disturbed, "gen0", int.MaxValue),
            (int)figures.Count(disturbed, "gen1", int.MaxValue),
            (int)figures.Count(disturbed, "gen2", int.MaxValue))
        {
            Megahertz = figures.SecondsOrNull(disturbed, "megahertz"),
            Processors = (int)figures.Count(disturbed, "processors", int.MaxValue),
        };
    }

    private static EnginePoolSnapshot ReadPool(RecordJsonFigures figures, JsonElement root, int causes)
    {
        var classes = figures.Elements(root, "classes");
        if (classes.Count != ServiceClasses.Count || !classes.Zip(ServiceClasses.All).All(entry => figures.Text(entry.First, "name") == ServiceClasses.NameOf(entry.Second)))
        {
            figures.Refuse(RecordFault.WrongSection);
            classes = [];
        }

        WorkCount CountOf(ServiceClass serviceClass, Func<JsonElement, JsonElement> of) => classes.Count == 0 ? default : ReadCount(figures, of(classes[(int)serviceClass]));
        var offload = figures.Member(root, "offload", JsonValueKind.Object);
        return EnginePoolSnapshot.Of(
            (cause, serviceClass) => (int)cause >= causes ? default : CountOf(serviceClass, entry => figures.Member(figures.Member(entry, "spilled", JsonValueKind.Object), NameOf(cause), JsonValueKind.Object)),
            serviceClass => CountOf(serviceClass, entry => figures.Member(entry, "onEngines", JsonValueKind.Object)),
            serviceClass => CountOf(serviceClass, entry => figures.Member(entry, "projected", JsonValueKind.Object))) with
        {
            Engines = [.. figures.Elements(root, "engines").Select(engine => ReadEngine(figures, engine))],
            Waits = figures.Count(offload, "waits"),
            HelpCalls = figures.Count(offload, "helpCalls"),
            HandedBack = figures.Count(offload, "handedBack"),
            BatchSizes = ReadHistogram(figures, root, "batchPackets"),
            QueueDepths = ReadHistogram(figures, root, "queueDepth"),
            QueueMicroseconds = ReadHistogram(figures, root, "queueMicroseconds"),
        };
    }

    private static WorkCount ReadCount(RecordJsonFigures figures, JsonElement entry) => new(figures.Count(entry, "jobs"), figures.Count(entry, "packets"), figures.Count(entry, "bytes"));

    private static EngineSnapshot ReadEngine(RecordJsonFigures figures, JsonElement engine) => new(
        (int)figures.Count(engine, "index", ushort.MaxValue),
        figures.Flag(engine, "parked"),
        figures.Flag(engine, "pinned"),
        figures.Count(engine, "jobs"),
        figures.Count(engine, "packets"),
        figures.Count(engine, "bytes"),
        (int)figures.Count(engine, "depth", int.MaxValue),
        (int)figures.Count(engine, "depthHighWater", int.MaxValue),
        figures.Count(engine, "wakeUps"));

    private static CountHistogram ReadHistogram(RecordJsonFigures figures, JsonElement root, string name)
    {
        long[] counts = [.. figures.Elements(root, name).Select(count => figures.Count(count))];
        if (counts.Length == CountHistogram.Buckets)
        {
            return CountHistogram.Of(counts);
        }

        figures.Refuse(RecordFault.WrongSection);
        return CountHistogram.Empty;
    }

    // What the writer derived is derived again.
    private static bool Agrees(RecordJsonFigures figures, JsonElement root, IntervalRecord read)
    {
        var (times, service) = (read.Times, figures.Member(root, "serviceTimes", JsonValueKind.Object));
        return new[] { ("cpu", times.Cpu), ("cp", times.Cp), ("iipcp", times.IipCp), ("iipRaw", times.Iip), ("iipNormalised", times.IipNormalised) }
            .All(entry => Math.Abs(figures.Seconds(service, entry.Item1) - entry.Item2) <= Rounding * read.Controls.Factor.Value);
    }

    private static long Nanoseconds(double seconds) => (long)Math.Round(seconds * 1e9);

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static bool TryGetMoment(this JsonElement element, out DateTimeOffset moment)
    {
        moment = default;
        return element.ValueKind == JsonValueKind.String && element.TryGetDateTimeOffset(out moment);
    }
}
