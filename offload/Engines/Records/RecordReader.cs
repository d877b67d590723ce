using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using IpsecDp.Engines.Accounting;
using static IpsecDp.Engines.Records.RecordLayout;

namespace IpsecDp.Engines.Records;

/// <summary>Reads binary records; whatever is not exactly one is refused by name.</summary>
public static class RecordReader
{
    /// <summary>Reads the record the octets begin with. <paramref name="length"/> is what the record takes of them, and 0 where that cannot be known.</summary>
    public static RecordFault TryRead(ReadOnlySpan<byte> octets, out IntervalRecord? record, out int length)
    {
        (record, length) = (null, 0);
        if (octets.Length < SectionsAt)
        {
            return RecordFault.Truncated;
        }

        if (octets[TypeAt] != RecordLayout.Type || BinaryPrimitives.ReadUInt32BigEndian(octets[SubsystemAt..]) != Subsystem || BinaryPrimitives.ReadUInt16BigEndian(octets[SubtypeAt..]) != Subtype)
        {
            return RecordFault.Foreign;
        }

        if (BinaryPrimitives.ReadUInt16BigEndian(octets[VersionAt..]) is < OldestVersion or > RecordLayout.Version)
        {
            return RecordFault.UnknownVersion;
        }

        var whole = BinaryPrimitives.ReadUInt16BigEndian(octets[LengthAt..]);
        if (whole < SectionsAt)
        {
            return RecordFault.WrongLength;
        }

        if (whole > octets.Length)
        {
            return RecordFault.Truncated;
        }

        length = whole;
        return ReadWhole(octets[..whole], out record);
    }

    private static RecordFault ReadWhole(ReadOnlySpan<byte> octets, out IntervalRecord? record)
    {
        record = null;
        if (BinaryPrimitives.ReadUInt32BigEndian(octets[ChecksumAt..]) != RecordWriter.Checksum(octets))
        {
            return RecordFault.Damaged;
        }

        var causes = CausesOf(BinaryPrimitives.ReadUInt16BigEndian(octets[VersionAt..]));
        var counts = Counts(BinaryPrimitives.ReadUInt16BigEndian(octets[(TripletsAt + (5 * TripletLength) + 6)..]), causes);
        if (!HasSections(octets, counts, out var fault))
        {
            return fault;
        }

        var product = Section(octets, counts, 0, 0);
        var booked = new long[CpuSlot.Count];
        var stamped = new long[CpuSlot.Count];
        var isImpossible = ReadAccounts(octets, counts, booked, stamped, out var totals);
        isImpossible |= ReadPool(octets, counts, booked, out var pool);
        isImpossible |= ReadProduct(product, booked, stamped, pool, out var read);
        if (isImpossible || read.General == 0)
        {
            return RecordFault.Impossible;
        }

        var system = Encoding.ASCII.GetString(octets.Slice(SystemAt, IntervalRecord.SystemLength)).TrimEnd(' ');
        read = read with { System = system };
        if (!CpuAccounts.All.All(account => read.Cpu.NanosecondsOf(account) == totals[(int)account]) || !AgreesWith(Section(octets, counts, 1, 0), read.Times))
        {
            return RecordFault.Contradiction;
        }

        record = read;
        return RecordFault.None;
    }

    // The sections lie where a writer puts them; a triplet that says otherwise is no layout of this version.
    private static bool HasSections(ReadOnlySpan<byte> octets, int[] counts, out RecordFault fault)
    {
        var at = SectionsAt;
        fault = RecordFault.WrongSection;
        if (BinaryPrimitives.ReadUInt16BigEndian(octets[TripletCountAt..]) != counts.Length)
        {
            return false;
        }

        for (var kind = 0; kind < counts.Length; kind++)
        {
            var triplet = new RecordFigures(octets[(TripletsAt + (kind * TripletLength))..]);
            if (triplet.Read32() != (counts[kind] == 0 ? 0 : at) || triplet.Read16() != SectionLengths[kind] || triplet.Read16() != counts[kind])
            {
                return false;
            }

            at += counts[kind] * SectionLengths[kind];
        }

        fault = at == octets.Length ? RecordFault.None : RecordFault.WrongLength;
        return at == octets.Length;
    }

    private static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> octets, int[] counts, int kind, int index)
    {
        var at = SectionsAt + Enumerable.Range(0, kind).Sum(before => counts[before] * SectionLengths[before]);
        return octets.Slice(at + (index * SectionLengths[kind]), SectionLengths[kind]);
    }

    private static bool ReadAccounts(ReadOnlySpan<byte> octets, int[] counts, long[] booked, long[] stamped, out long[] totals)
    {
        totals = new long[CpuAccounts.Count];
        var isImpossible = false;
        foreach (var account in CpuAccounts.All)
        {
            var figures = new RecordFigures(Section(octets, counts, 2, (int)account));
            totals[(int)account] = figures.Read();
            booked[CpuSlot.Of(account)] = figures.Read();
            stamped[CpuSlot.Of(account)] = (long)(figures.Read() / 1e9 * Stopwatch.Frequency);
            isImpossible |= figures.IsImpossible;
        }

        return isImpossible;
    }

    private static bool ReadPool(ReadOnlySpan<byte> octets, int[] counts, long[] booked, out EnginePoolSnapshot pool)
    {
        var (onEngines, projected) = (new WorkCount[ServiceClasses.Count], new WorkCount[ServiceClasses.Count]);
        var spills = new WorkCount[SpillCauses.Count, ServiceClasses.Count];
        var isImpossible = false;
        foreach (var serviceClass in ServiceClasses.All)
        {
            var figures = new RecordFigures(Section(octets, counts, 3, (int)serviceClass));
            (onEngines[(int)serviceClass], projected[(int)serviceClass]) = (figures.ReadCount(), figures.ReadCount());
            foreach (var account in CpuAccounts.All)
            {
                booked[CpuSlot.Of(account, serviceClass)] = figures.Read();
            }

            isImpossible |= figures.IsImpossible;
            foreach (var cause in SpillCauses.All.Take(counts[4] / ServiceClasses.Count))
            {
                var spill = new RecordFigures(Section(octets, counts, 4, ((int)cause * ServiceClasses.Count) + (int)serviceClass));
                spills[(int)cause, (int)serviceClass] = spill.ReadCount();
                booked[CpuSlot.Of(cause, serviceClass)] = spill.Read();
                isImpossible |= spill.IsImpossible;
            }
        }

        var read = new EngineSnapshot[counts[5]];
        for (var index = 0; index < read.Length; index++)
        {
            var figures = new RecordFigures(Section(octets, counts, 5, index));
            read[index] = ReadEngine(ref figures);
            isImpossible |= figures.IsImpossible;
        }

        var histograms = new CountHistogram[3];
        for (var index = 0; index < histograms.Length; index++)
        {
            var figures = new RecordFigures(Section(octets, counts, 6, index));
            histograms[index] = ReadHistogram(ref figures);
            isImpossible |= figures.IsImpossible;
        }

        pool = new EnginePoolSnapshot(spills, onEngines, projected)
        {
            Engines = read,
            Waits = 0,
            Faulted = 0,
            FirstFault = null,
            BatchSizes = histograms[0],
            QueueDepths = histograms[1],
            QueueMicroseconds = histograms[2],
        };
        return isImpossible;
    }

    private static EngineSnapshot ReadEngine(ref RecordFigures figures)
    {
        var (index, flags) = (figures.Read16(), figures.Read16());
        var (depth, highWater, wakeUps) = (figures.Read32(), figures.Read32(), figures.Read32());
        var count = figures.ReadCount();
        return new EngineSnapshot(index, (flags & 1) != 0, (flags & 2) != 0, count.Jobs, count.Packets, count.Bytes, (int)depth, (int)highWater, wakeUps);
    }

    private static CountHistogram ReadHistogram(ref RecordFigures figures)
    {
        var counts = new long[CountHistogram.Buckets];
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            counts[bucket] = figures.Read();
        }

        return new CountHistogram(counts);
    }

    private static bool ReadProduct(ReadOnlySpan<byte> section, long[] booked, long[] stamped, EnginePoolSnapshot pool, out IntervalRecord record)
    {
        var figures = new RecordFigures(section);
        var start = figures.Read();
        var wall = TimeSpan.FromTicks(figures.Read() / 100);
        var sequence = figures.Read();
        var (general, specialty, factor, flags) = (figures.Read16(), figures.Read16(), figures.Read16(), figures.Read16());
        var (wait, processors) = (figures.Read32(), figures.Read32());
        var process = figures.Read();
        booked[CpuSlot.HandOverOnEngine] = figures.Read();
        var (steal, switches) = (figures.ReadRaw(), figures.ReadRaw());
        var disturbed = new Disturbance(
            steal == Unknown ? null : steal / 1e9,
            switches == Unknown ? null : (long)switches,
            (int)figures.Read32(),
            (int)figures.Read32(),
            (int)figures.Read32())
        {
            Megahertz = figures.Read32() is > 0 and var megahertz ? megahertz : null,
            Processors = (int)processors,
        };
        var isImpossible = specialty != pool.Engines.Count || factor < Normalisation.None.Numerator || start < 0 || start > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() * 1000;
        pool = pool with { Waits = figures.Read32(), HelpCalls = figures.Read32(), HandedBack = figures.Read() };
        record = new IntervalRecord
        {
            System = string.Empty,
            Start = isImpossible ? default : DateTimeOffset.UnixEpoch.AddTicks(start * TimeSpan.TicksPerMicrosecond),
            Sequence = sequence,
            General = general,
            Controls = new RecordControls((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, TimeSpan.FromMicroseconds(wait), isImpossible ? Normalisation.None : Normalisation.Of(factor)),
            Cpu = new CpuSnapshot(booked, stamped, process, wall, disturbed),
            Pool = pool,
        };
        return isImpossible || figures.IsImpossible;
    }

    // What the writer derived is derived again; the last digit may have been rounded the other way.
    private static bool AgreesWith(ReadOnlySpan<byte> section, ServiceTimes times)
    {
        var figures = new RecordFigures(section);
        foreach (var seconds in new[] { times.Cp, times.IipCp, times.Iip, times.IipNormalised })
        {
            if (Math.Abs(figures.ReadRaw() - (seconds * 1e9)) > 1000)
            {
                return false;
            }
        }

        foreach (var percent in new[] { times.ApplCp, times.ApplIipCp, times.ApplIip })
        {
            if (Math.Abs(figures.Read32() - (percent * 100)) > 1)
            {
                return false;
            }
        }

        return true;
    }
}
