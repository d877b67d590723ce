using System.Text;
using IpsecDp.Engines.Records;

namespace Offload.Tests.Engines.Records;

/// <summary>Files of records: all that are whole, and where the others begin.</summary>
public sealed class RecordStreamTests
{
    private static readonly byte[] Binary = RecordWriter.Write(RecordScene.MadeUp());
    private static readonly byte[] Line = [.. RecordJson.Write(RecordScene.MadeUp()).Span, (byte)'\n'];

    [Fact]
    public void Read_ManyRecords_OfEitherForm_GivesAllWithTheirPlaces()
    {
        foreach (var one in new[] { Binary, Line })
        {
            // More than the reader holds at a time.
            var entries = Read([.. Enumerable.Repeat(one, 400).SelectMany(static octets => octets)]);

            Assert.All(entries, static entry => Assert.NotNull(entry.Record));
            Assert.Equal(Enumerable.Range(0, 400).Select(at => (long)at * one.Length), entries.Select(static entry => entry.Offset));
        }
    }

    [Fact]
    public void Read_EmptyFile_GivesNothing() => Assert.Empty(Read([]));

    [Fact]
    public void Read_DamagedRecordBetweenWholeOnes_IsNamedAndPassedOver()
    {
        var damaged = (byte[])Binary.Clone();
        damaged[^1] ^= 1;
        var entries = Read([.. Binary, .. damaged, .. Binary]);

        Assert.Equal([RecordFault.None, RecordFault.Damaged, RecordFault.None], entries.Select(static entry => entry.Fault));
        Assert.Equal(Binary.Length, entries[1].Offset);
    }

    [Fact]
    public void Read_WriteCutOff_IsTruncatedWhereItBegins()
    {
        foreach (var one in new[] { Binary, Line })
        {
            var entries = Read([.. one, .. one[..(one.Length / 2)]]);

            Assert.Equal([RecordFault.None, RecordFault.Truncated], entries.Select(static entry => entry.Fault));
            Assert.Equal(one.Length, entries[1].Offset);
        }
    }

    [Fact]
    public void Read_SomethingElse_IsForeignAtItsFirstOctet()
    {
        foreach (var octets in new[] { Encoding.ASCII.GetBytes(new string('d', 500)), Encoding.ASCII.GetBytes("{\"a\":1}\n"), [.. Binary, .. new byte[100]] })
        {
            var last = Read(octets)[^1];

            Assert.Null(last.Record);
            Assert.Equal(RecordFault.Foreign, last.Fault);
        }
    }

    [Fact]
    public void Read_LineWithoutEnd_IsPassedOverWithoutBeingHeld()
    {
        var entries = Read([.. Line, (byte)'{', .. new byte[3 << 20].Select(static _ => (byte)'x'), (byte)'\n', .. Line]);

        Assert.Equal([RecordFault.None, RecordFault.WrongLength, RecordFault.None], entries.Select(static entry => entry.Fault));
        Assert.Equal(Line.Length, entries[1].Offset);
    }

    // However little a read gives, as from a pipe, the records are the same.
    [Fact]
    public void Read_OctetByOctet_IsTheSame()
    {
        using var stream = new DrippingStream([.. Binary, .. Binary]);

        Assert.Equal(2, new RecordStream(stream).Read().Count(static entry => entry.Record is not null));
    }

    private static List<RecordEntry> Read(byte[] octets)
    {
        using var stream = new MemoryStream(octets);
        return [.. new RecordStream(stream).Read()];
    }

    private sealed class DrippingStream(byte[] octets) : MemoryStream(octets)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));
    }
}
