using System.Buffers.Binary;
using System.Text.Json;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Records;

namespace Offload.Tests.Engines.Records;

/// <summary>Binary records: what is written is read, and whatever else is refused by name.</summary>
public class RecordTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(64)]
    public void Read_WhatWasWritten_IsTheSame(int engines)
    {
        var written = RecordScene.MadeUp(engines);
        var octets = RecordWriter.Write(written);

        Assert.Equal(RecordFault.None, RecordReader.TryRead(octets, out var read, out var length));
        Assert.Equal(octets.Length, length);
        // A record of all its figures: what one of the two lacked, the other document would not show.
        Assert.Equal(Json(written), Json(read!));
        Assert.Equal(octets, RecordWriter.Write(read!));
    }

    // Judged by the layout's description and not by the reader: offsets, SMF's packed date and hundredths of a second.
    [Fact]
    public void Write_Header_IsAnSmfHeader()
    {
        var octets = RecordWriter.Write(RecordScene.MadeUp());

        Assert.Equal(octets.Length, BinaryPrimitives.ReadUInt16BigEndian(octets));
        Assert.Equal(223, octets[5]);
        // The interval ended half a minute and 1.234 ms after midnight of the 331st day of 2026.
        Assert.Equal(3000u, BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(6)));
        Assert.Equal(0x0126331Fu, BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(10)));
        Assert.True("SYS1IPSC"u8.SequenceEqual(octets.AsSpan(14, 8)));
        Assert.Equal(new byte[] { 3, 2, 7 }, new[] { octets[23], octets[25], octets[27] });
        Assert.Equal(new uint[] { 88, 104, 1 }, new[] { BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(32)), BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(36)), octets[39] });
    }

    // Version 1 knew one cause less: 40 sections of 32 octets for 48, behind the product, the service times, the accounts and the classes.
    [Theory]
    [InlineData(5, 40, RecordFault.None)]
    [InlineData(6, 40, RecordFault.Contradiction)]
    [InlineData(5, 48, RecordFault.WrongSection)]
    public void Read_OfVersion1_IsWhatThatVersionKnew(int causes, ushort sections, RecordFault fault)
    {
        const int spills = 88 + 104 + 44 + (8 * 24) + (8 * 112);
        var written = RecordScene.MadeUp(causes: causes);
        var octets = RecordWriter.Write(written);
        byte[] former = [.. octets[..(spills + (40 * 32))], .. octets[(spills + (48 * 32))..]];
        BinaryPrimitives.WriteUInt16BigEndian(former, (ushort)former.Length);
        former[25] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(former.AsSpan(32 + (4 * 8) + 6), sections);
        foreach (var triplet in new[] { 5, 6 })
        {
            var at = former.AsSpan(32 + (triplet * 8));
            BinaryPrimitives.WriteUInt32BigEndian(at, BinaryPrimitives.ReadUInt32BigEndian(at) - (8 * 32));
        }

        BinaryPrimitives.WriteUInt32BigEndian(former.AsSpan(28), RecordWriter.Checksum(former));

        Assert.Equal(fault, RecordReader.TryRead(former, out var read, out _));
        Assert.Equal(fault == RecordFault.None ? Json(written) : null, read is null ? null : Json(read));
    }

    // The check value of CRC-32C (Castagnoli) of "123456789", with what stands in the checksum's own place counted as 0.
    [Fact]
    public void Checksum_PublishedCheckValue_IsMet() => Assert.Equal(0xE3069283u, RecordWriter.Checksum("123456789"u8));

    [Fact]
    public void Read_CutAnywhere_IsTruncated()
    {
        var octets = RecordWriter.Write(RecordScene.MadeUp());
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.Equal(RecordFault.Truncated, RecordReader.TryRead(octets.AsSpan(0, length), out var read, out _));
            Assert.Null(read);
        }
    }

    [Fact]
    public void Read_AnyOctetChanged_IsRefused()
    {
        var octets = RecordWriter.Write(RecordScene.MadeUp());
        for (var at = 0; at < octets.Length; at++)
        {
            octets[at] ^= 0x11;
            Assert.NotEqual(RecordFault.None, RecordReader.TryRead(octets, out var read, out _));
            Assert.Null(read);
            octets[at] ^= 0x11;
        }

        Assert.Equal(RecordFault.None, RecordReader.TryRead(octets, out _, out _));
    }

    // Whoever can compute a checksum gets no further than the next check.
    [Theory]
    [InlineData(5, 110, RecordFault.Foreign)]
    [InlineData(23, 9, RecordFault.Foreign)]
    [InlineData(25, 0, RecordFault.UnknownVersion)]
    [InlineData(25, 3, RecordFault.UnknownVersion)]
    [InlineData(25, 1, RecordFault.WrongSection)]
    [InlineData(27, 6, RecordFault.WrongSection)]
    [InlineData(35, 1, RecordFault.WrongSection)]
    [InlineData(37, 1, RecordFault.WrongSection)]
    [InlineData(79, 7, RecordFault.WrongSection)]
    [InlineData(88, 0x80, RecordFault.Impossible)]
    [InlineData(113, 0, RecordFault.Impossible)]
    [InlineData(116, 0, RecordFault.Impossible)]
    [InlineData(192, 0x80, RecordFault.Contradiction)]
    [InlineData(243, 1, RecordFault.Contradiction)]
    public void Read_ForgedWithItsChecksum_IsRefusedByName(int at, byte value, RecordFault fault)
    {
        var octets = RecordWriter.Write(RecordScene.MadeUp());
        octets[at] = value;
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(28), RecordWriter.Checksum(octets));
        Assert.Equal(fault, RecordReader.TryRead(octets, out _, out _));
    }

    [Fact]
    public void Read_RandomOctets_NeverThrows()
    {
        var random = new Random(3);
        var octets = RecordWriter.Write(RecordScene.MadeUp());
        for (var round = 0; round < 20_000; round++)
        {
            var mutated = (byte[])octets.Clone();
            for (var change = random.Next(1, 12); change > 0; change--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            BinaryPrimitives.WriteUInt32BigEndian(mutated.AsSpan(28), RecordWriter.Checksum(mutated));
            RecordReader.TryRead(mutated.AsSpan(0, random.Next(mutated.Length + 1)), out _, out _);
            RecordReader.TryRead(mutated, out _, out _);
        }
    }

    [Fact]
    public void Write_NameThatDoesNotFit_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => RecordWriter.Write(RecordScene.MadeUp() with { System = "SYSTEM" }));
        Assert.Throws<ArgumentException>(() => RecordWriter.Write(RecordScene.MadeUp() with { System = "Ü" }));
    }

    [Fact]
    public void Faults_AllOfThem_HaveASentence() =>
        Assert.Equal(Enum.GetValues<RecordFault>().Length, Enum.GetValues<RecordFault>().Select(RecordFaults.Sentence).Distinct().Count());

    [Fact]
    public void Json_OfARecord_AddsUp()
    {
        using var document = JsonDocument.Parse(Json(RecordScene.MadeUp()));
        var root = document.RootElement;
        var cpu = root.GetProperty("cpuSeconds");
        var sum = CpuAccounts.All.Sum(account => cpu.GetProperty(JsonNamingPolicy.CamelCase.ConvertName(account.ToString())).GetDouble());
        Assert.Equal(cpu.GetProperty("process").GetDouble(), sum + cpu.GetProperty("notAttributed").GetDouble(), tolerance: 2e-4);
        Assert.Equal("NO", root.GetProperty("controls").GetProperty("iipHonorPriority").GetString());
        Assert.Equal(ServiceClasses.Count, root.GetProperty("classes").GetArrayLength());
        Assert.Equal(569, root.GetProperty("controls").GetProperty("normalisation256").GetInt32());
    }

    private static string Json(IntervalRecord record) => System.Text.Encoding.UTF8.GetString(RecordJson.Write(record).Span);
}
