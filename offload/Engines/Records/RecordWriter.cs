using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Text;
using IpsecDp.Engines.Accounting;
using static IpsecDp.Engines.Records.RecordLayout;

namespace IpsecDp.Engines.Records;

/// <summary>Turns an interval into the octets of a binary record.</summary>
public static class RecordWriter
{
    /// <summary>The record; throws <see cref="ArgumentException"/> for a system's name that is longer than four characters or not ASCII.</summary>
    public static byte[] Write(IntervalRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.System.Length > IntervalRecord.SystemLength || !Ascii.IsValid(record.System))
        {
            throw new ArgumentException($"the system's name '{record.System}' is not of up to {IntervalRecord.SystemLength} ASCII characters", nameof(record));
        }

        var counts = Counts(record.Pool.Engines.Count, SpillCauses.Count);
        var length = SectionsAt + counts.Zip(SectionLengths, (count, each) => count * each).Sum();
        var octets = new byte[length];
        WriteHeader(octets, record);
        var at = SectionsAt;
        for (var kind = 0; kind < counts.Length; kind++)
        {
            WriteTriplet(octets, kind, at, counts[kind]);
            for (var index = 0; index < counts[kind]; index++)
            {
                WriteSection(octets.AsSpan(at, SectionLengths[kind]), record, kind, index);
                at += SectionLengths[kind];
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(ChecksumAt), Checksum(octets));
        return octets;
    }

    /// <summary>CRC-32C over a record whose checksum counts as 0.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> record)
    {
        var crc = uint.MaxValue;
        for (var at = 0; at < record.Length; at++)
        {
            crc = BitOperations.Crc32C(crc, at is >= ChecksumAt and < ChecksumAt + sizeof(uint) ? (byte)0 : record[at]);
        }

        return ~crc;
    }

    private static void WriteHeader(Span<byte> octets, IntervalRecord record)
    {
        BinaryPrimitives.WriteUInt16BigEndian(octets[LengthAt..], (ushort)octets.Length);
        octets[FlagsAt] = Flags;
        octets[TypeAt] = RecordLayout.Type;
        var end = record.Start.UtcDateTime + record.Cpu.Wall;
        BinaryPrimitives.WriteUInt32BigEndian(octets[TimeAt..], (uint)(end.TimeOfDay.TotalMilliseconds / 10));
        BinaryPrimitives.WriteUInt32BigEndian(octets[DateAt..], PackedDate(end));
        octets.Slice(SystemAt, IntervalRecord.SystemLength).Fill((byte)' ');
        Encoding.ASCII.GetBytes(record.System, octets[SystemAt..]);
        BinaryPrimitives.WriteUInt32BigEndian(octets[SubsystemAt..], Subsystem);
        BinaryPrimitives.WriteUInt16BigEndian(octets[SubtypeAt..], Subtype);
        BinaryPrimitives.WriteUInt16BigEndian(octets[VersionAt..], RecordLayout.Version);
        BinaryPrimitives.WriteUInt16BigEndian(octets[TripletCountAt..], (ushort)SectionLengths.Length);
    }

    // 0cyydddF: centuries since 1900, year, day of the year, a plus sign.
    private static uint PackedDate(DateTime date)
    {
        uint Digits(int value, int digits) => digits == 0 ? 0 : (Digits(value / 10, digits - 1) << 4) | (uint)(value % 10);
        return (Digits((date.Year / 100) - 19, 2) << 24) | (Digits(date.Year % 100, 2) << 16) | (Digits(date.DayOfYear, 3) << 4) | 0xF;
    }

    private static void WriteTriplet(Span<byte> octets, int kind, int at, int count)
    {
        var triplet = new RecordFields(octets[(TripletsAt + (kind * TripletLength))..]);
        triplet.Write((uint)(count == 0 ? 0 : at));
        triplet.Write((ushort)SectionLengths[kind]);
        triplet.Write((ushort)count);
    }

    private static void WriteSection(Span<byte> section, IntervalRecord record, int kind, int index)
    {
        var fields = new RecordFields(section);
        switch (kind)
        {
            case 0: WriteProduct(ref fields, record); break;
            case 1: WriteService(ref fields, record.Times); break;
            case 2: WriteAccount(ref fields, record.Cpu, (CpuAccount)index); break;
            case 3: WriteClass(ref fields, record, (ServiceClass)index); break;
            case 4: WriteSpill(ref fields, record, (SpillCause)(index / ServiceClasses.Count), (ServiceClass)(index % ServiceClasses.Count)); break;
            case 5: WriteEngine(ref fields, record.Pool.Engines[index]); break;
            default: WriteHistogram(ref fields, index switch { 0 => record.Pool.BatchSizes, 1 => record.Pool.QueueDepths, _ => record.Pool.QueueMicroseconds }); break;
        }
    }

    private static void WriteProduct(ref RecordFields fields, IntervalRecord record)
    {
        var (controls, cpu, pool, disturbed) = (record.Controls, record.Cpu, record.Pool, record.Cpu.Disturbance);
        fields.Write((record.Start.UtcDateTime - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        fields.Write((long)cpu.Wall.TotalNanoseconds);
        fields.Write(record.Sequence);
        fields.Write((ushort)record.General);
        fields.Write((ushort)pool.Engines.Count);
        fields.Write((ushort)controls.Factor.Numerator);
        fields.Write((ushort)((controls.IpSecurity ? 1 : 0) | (controls.HonorPriority ? 2 : 0) | (controls.IsHandedBack ? 4 : 0) | (disturbed.IsStolen(cpu.Wall) ? 8 : 0)));
        fields.Write((uint)Math.Min(uint.MaxValue, controls.AlternateWait.TotalMicroseconds));
        fields.Write((uint)disturbed.Processors);
        fields.Write(cpu.ProcessNanoseconds);
        fields.Write(cpu.Booked[CpuSlot.HandOverOnEngine]);
        fields.Write(disturbed.StealSeconds is { } steal ? (ulong)(steal * 1e9) : Unknown);
        fields.Write(disturbed.InvoluntarySwitches is { } switches ? (ulong)switches : Unknown);
        fields.Write((uint)disturbed.Gen0Collections);
        fields.Write((uint)disturbed.Gen1Collections);
        fields.Write((uint)disturbed.Gen2Collections);
        fields.Write((uint)(disturbed.Megahertz ?? 0));
        fields.Write((uint)pool.Waits);
        fields.Write((uint)pool.HelpCalls);
        fields.Write(pool.HandedBack);
    }

    private static void WriteService(ref RecordFields fields, ServiceTimes times)
    {
        foreach (var seconds in new[] { times.Cp, times.IipCp, times.Iip, times.IipNormalised })
        {
            fields.Write((long)Math.Round(seconds * 1e9));
        }

        foreach (var percent in new[] { times.ApplCp, times.ApplIipCp, times.ApplIip })
        {
            fields.Write((uint)Math.Round(percent * 100));
        }
    }

    private static void WriteAccount(ref RecordFields fields, CpuSnapshot cpu, CpuAccount account)
    {
        fields.Write(cpu.NanosecondsOf(account));
        fields.Write(cpu.Booked[CpuSlot.Of(account)]);
        fields.Write((long)(cpu.StampedSeconds(account) * 1e9));
    }

    private static void WriteClass(ref RecordFields fields, IntervalRecord record, ServiceClass serviceClass)
    {
        fields.Write(record.Pool.OnEnginesOf(serviceClass));
        fields.Write(record.Pool.ProjectedOf(serviceClass));
        foreach (var account in CpuAccounts.All)
        {
            fields.Write(record.Cpu.Booked[CpuSlot.Of(account, serviceClass)]);
        }
    }

    private static void WriteSpill(ref RecordFields fields, IntervalRecord record, SpillCause cause, ServiceClass serviceClass)
    {
        fields.Write(record.Pool.SpilledBy(cause, serviceClass));
        fields.Write(record.Cpu.Booked[CpuSlot.Of(cause, serviceClass)]);
    }

    private static void WriteEngine(ref RecordFields fields, EngineSnapshot engine)
    {
        fields.Write((ushort)engine.Index);
        fields.Write((ushort)((engine.IsParked ? 1 : 0) | (engine.IsPinned ? 2 : 0)));
        fields.Write((uint)engine.Depth);
        fields.Write((uint)engine.DepthHighWater);
        fields.Write((uint)engine.WakeUps);
        fields.Write(new WorkCount(engine.Jobs, engine.Packets, engine.Bytes));
    }

    private static void WriteHistogram(ref RecordFields fields, CountHistogram histogram)
    {
        for (var bucket = 0; bucket < CountHistogram.Buckets; bucket++)
        {
            fields.Write(histogram[bucket]);
        }
    }
}
