using System.Text.Json;
using EndToEnd.Tests.Lab;
using IpsecDp.Daemon.Records;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Records;

namespace EndToEnd.Tests.Records;

/// <summary><c>records show</c> on files as the product writes them, and on what else may lie there.</summary>
public sealed class RecordsVerbTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-records-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("accounts.smf")]
    [InlineData("accounts.jsonl")]
    public void Show_FileOfEitherForm_IsATableOfItsIntervals(string name)
    {
        var run = ProgramRun.Of("records", "show", Written(name, 3));

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        foreach (var word in new[] { "APPL% CP", "IIPCP", "SERVICE TIMES of all intervals", "TEST" })
        {
            Assert.Contains(word, run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Show_AsJsonAndCsv_HasAllRecords()
    {
        var (binary, lines) = (Written("a.smf", 3), Written("b.jsonl", 3));
        var json = ProgramRun.Of("records", "show", binary, "--json").Output.Trim().Split('\n');
        var csv = ProgramRun.Of("records", "show", lines, "--csv").Output.Trim().Split("\r\n");

        Assert.Equal([0, 1, 2], json.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("sequence").GetInt32()));
        Assert.Equal(4, csv.Length);
        Assert.StartsWith("start,system,interval,", csv[0], StringComparison.Ordinal);
        Assert.All(csv, line => Assert.Equal(csv[0].Count(static letter => letter == ','), line.Count(static letter => letter == ',')));
        // What the JSON form says is what was written to the file of lines.
        var again = Path.Combine(_folder.FullName, "c.jsonl");
        File.WriteAllLines(again, json);
        Assert.Equal(0, ProgramRun.Of("records", "show", again).ExitCode);
    }

    [Fact]
    public void Show_TornAndForeignFiles_AreRefusedByNameWithTheirOctet()
    {
        var torn = Written("torn.smf", 2);
        var octets = File.ReadAllBytes(torn);
        File.WriteAllBytes(torn, octets[..^10]);
        var foreign = Path.Combine(_folder.FullName, "diary");
        File.WriteAllText(foreign, new string('d', 500));

        var (first, second) = (ProgramRun.Of("records", "show", torn), ProgramRun.Of("records", "show", foreign));

        Assert.Equal((1, 1), (first.ExitCode, second.ExitCode));
        Assert.Contains($"octet {octets.Length / 2}: Truncated: ", first.Errors, StringComparison.Ordinal);
        Assert.Contains("TEST", first.Output, StringComparison.Ordinal);
        Assert.Contains("octet 0: Foreign: ", second.Errors, StringComparison.Ordinal);
        Assert.Empty(second.Output);
    }

    [Theory]
    [InlineData(1, "cannot be read", "nowhere.smf")]
    [InlineData(2, "take one of them", "nowhere.smf", "--json", "--csv")]
    public void Show_BadInput_IsRefusedWithASentence(int exitCode, string sentence, params string[] arguments)
    {
        var run = ProgramRun.Of(["records", "show", .. arguments]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(sentence, run.Errors, StringComparison.Ordinal);
    }

    // A record's octets are somebody else's, and a terminal obeys some of them.
    [Fact]
    public void Show_NameWithControlCharacters_DoesNotReachTheTerminal()
    {
        var path = Path.Combine(_folder.FullName, "hostile.smf");
        using (var file = RecordFile.Open(path, RecordFile.DefaultLimit))
        {
            file.Append(Cut(1)[0] with { System = "\u001b[2J" });
        }

        var run = ProgramRun.Of("records", "show", path);

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    private string Written(string name, int count)
    {
        var path = Path.Combine(_folder.FullName, name);
        using var file = RecordFile.Open(path, RecordFile.DefaultLimit);
        foreach (var record in Cut(count))
        {
            file.Append(record);
        }

        return path;
    }

    private static List<IntervalRecord> Cut(int count)
    {
        var ledger = new CpuLedger();
        using var pool = new EnginePool(new EnginePoolModel { Engines = 2 }, ledger);
        var meter = new IntervalMeter(ledger, pool.Snapshot, "test", 2, new RecordControls(true, true, false, TimeSpan.FromMicroseconds(100), Normalisation.None), TimeProvider.System);
        return [.. Enumerable.Range(0, count).Select(_ => meter.Cut())];
    }
}
