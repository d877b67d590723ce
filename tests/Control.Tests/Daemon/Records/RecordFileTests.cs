using System.Text;
using System.Text.Json;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Records;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Records;

namespace Control.Tests.Daemon.Records;

/// <summary>Files of interval records: appended, set aside, mended, refused.</summary>
public sealed class RecordFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ipsecdp-records-").FullName;
    private readonly CpuLedger _ledger = new();
    private readonly EnginePool _pool;
    private readonly IntervalMeter _meter;

    public RecordFileTests()
    {
        _pool = new EnginePool(new EnginePoolModel { Engines = 1 }, _ledger);
        _meter = new IntervalMeter(_ledger, _pool.Snapshot, "host-7.example", 2, new RecordControls(true, true, false, TimeSpan.FromMicroseconds(3200), Normalisation.None), TimeProvider.System);
    }

    private string Path => System.IO.Path.Combine(_folder, "records.smf");

    public void Dispose()
    {
        _pool.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Append_ThreeIntervals_FollowOneAnotherInTheFile()
    {
        using (var file = RecordFile.Open(Path, RecordFile.DefaultLimit))
        {
            Append(file, 3);
        }

        var read = ReadAll(Path);
        Assert.Equal([0L, 1L, 2L], read.Select(record => record.Sequence));
        Assert.All(read, record => Assert.Equal("HOST", record.System));
        Assert.All(read.Zip(read.Skip(1)), pair => Assert.True(pair.First.Start <= pair.Second.Start));
    }

    [Fact]
    public void Open_FileThatEndsInATornRecord_CutsItOffAndSaysSo()
    {
        using (var file = RecordFile.Open(Path, RecordFile.DefaultLimit))
        {
            Append(file, 2);
        }

        File.WriteAllBytes(Path, File.ReadAllBytes(Path)[..^7]);
        using (var file = RecordFile.Open(Path, RecordFile.DefaultLimit))
        {
            Assert.Contains("a write broke off", file.Mended, StringComparison.Ordinal);
            Append(file, 1);
        }

        Assert.Equal([0L, 2L], ReadAll(Path).Select(record => record.Sequence));
    }

    [Fact]
    public void Open_WholeFile_NeedsNoMending()
    {
        using (var file = RecordFile.Open(Path, RecordFile.DefaultLimit))
        {
            Append(file, 1);
        }

        using var again = RecordFile.Open(Path, RecordFile.DefaultLimit);
        Assert.Null(again.Mended);
    }

    [Fact]
    public void Open_FileOfSomethingElse_IsRefusedAndLeftAlone()
    {
        var text = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat("somebody's diary", 50)));
        File.WriteAllBytes(Path, text);

        var refusal = Assert.Throws<DaemonException>(() => RecordFile.Open(Path, RecordFile.DefaultLimit));
        Assert.Contains("something else than interval records", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Open_FolderThatIsNotThere_IsRefused() =>
        Assert.Throws<DaemonException>(() => RecordFile.Open(System.IO.Path.Combine(_folder, "none", "records.smf"), RecordFile.DefaultLimit));

    [Fact]
    public void Append_FullFile_IsSetAsideAndFourAreKept()
    {
        using (var file = RecordFile.Open(Path, limit: 1))
        {
            Append(file, 8);
        }

        Assert.Equal([7L], ReadAll(Path).Select(record => record.Sequence));
        Assert.Equal([6L, 5L, 4L, 3L], Enumerable.Range(1, RecordFile.Kept).Select(number => Assert.Single(ReadAll($"{Path}.{number}")).Sequence));
        Assert.False(File.Exists($"{Path}.{RecordFile.Kept + 1}"));
    }

    [Fact]
    public void Append_JsonFile_IsALineEach()
    {
        var path = System.IO.Path.Combine(_folder, "records.jsonl");
        using (var file = RecordFile.Open(path, RecordFile.DefaultLimit))
        {
            Append(file, 2);
        }

        File.AppendAllText(path, "{\"schema\":1,\"sys");
        using (var file = RecordFile.Open(path, RecordFile.DefaultLimit))
        {
            Assert.NotNull(file.Mended);
            Append(file, 1);
        }

        var lines = File.ReadAllLines(path);
        Assert.Equal([0, 1, 2], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sequence").GetInt32()));
    }

    [Fact]
    public void Intervals_OfALife_LeaveNoGap()
    {
        IntervalRecord[] cut = [_meter.Cut(), _meter.Cut(), _meter.Cut()];
        Assert.All(cut.Zip(cut.Skip(1)), pair => Assert.InRange((pair.Second.Start - pair.First.Start - pair.First.Cpu.Wall).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1)));
        Assert.All(cut, record => Assert.Equal(record.Cpu.ProcessSeconds, record.Cpu.AttributedSeconds + record.Cpu.NotAttributedSeconds, 6));
    }

    [Fact]
    public void Recorder_Ended_WritesWhatIsLeft()
    {
        var output = new StringWriter();
        using (var log = new DaemonLog(output))
        {
            new IntervalRecorder(_meter, RecordFile.Open(Path, RecordFile.DefaultLimit), TimeSpan.FromHours(1), _ledger, log).Dispose();
        }

        Assert.Single(ReadAll(Path));
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Recorder_FileThatIsGone_TellsOnceAndGoesOn()
    {
        var output = new StringWriter();
        using (var log = new DaemonLog(output))
        {
            var file = RecordFile.Open(Path, RecordFile.DefaultLimit);
            file.Dispose();
            using var recorder = new IntervalRecorder(_meter, file, TimeSpan.FromHours(1), _ledger, log);
            recorder.Record();
            recorder.Record();
        }

        Assert.Single(output.ToString().Split('\n'), line => line.StartsWith("IDP0170", StringComparison.Ordinal));
    }

    private void Append(RecordFile file, int count)
    {
        for (var at = 0; at < count; at++)
        {
            file.Append(_meter.Cut());
        }
    }

    private static List<IntervalRecord> ReadAll(string path)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        List<IntervalRecord> records = [];
        while (rest.Length > 0)
        {
            Assert.Equal(RecordFault.None, RecordReader.TryRead(rest, out var record, out var length));
            records.Add(record!);
            rest = rest[length..];
        }

        return records;
    }
}
