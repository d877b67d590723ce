using IpsecDp.Engines.Records;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Namespaces;

/// <summary><c>run</c> with engines that are varied, and the interval records it leaves.</summary>
public sealed class RunRecordsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ipsecdp-run-records-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Run_WithRecords_WritesWholeOnesThatShowTheEngineVariedOff()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        var file = Path.Combine(_folder, "accounts.smf");
        using var spaces = new NetworkNamespaces();
        using var policy = new PolicyText();
        using var program = spaces.A.Run(() => HostProgram.Start("run", "--policy", policy.Path, "--address", "10.9.0.1/32", "--engines", "2", "--interval", "0.1", "--records", file, "--json"));
        Await(program, "ready");
        program.Signal("USR1");
        Await(program, "IDP0070I engine 1 is varied off");
        Await(program, () => Records(file).Any(record => record.Pool.Engines[1].IsParked), "a record shows it");
        program.Signal("USR2");
        Await(program, "IDP0070I engine 1 is varied on");
        program.Signal("USR2");
        Await(program, "IDP0172W");
        program.Signal("TERM");
        var (exitCode, _, errors) = program.Finish();

        Assert.True(exitCode == 0, errors);
        var records = Records(file, isEnded: true);
        Assert.Equal(Enumerable.Range(0, records.Count).Select(at => (long)at), records.Select(record => record.Sequence));
        Assert.False(records[^1].Pool.Engines[1].IsParked);
        Assert.All(records, record => Assert.Equal((2, 2), (record.Pool.Engines.Count, record.General)));
    }

    [Fact]
    public void Run_RecordsIntoSomebodysFile_IsRefused()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        var file = Path.Combine(_folder, "diary");
        File.WriteAllText(file, new string('d', 500));
        using var spaces = new NetworkNamespaces();
        using var policy = new PolicyText();
        var (exitCode, _, errors) = spaces.A.Run(() => HostProgram.Run("run", "--policy", policy.Path, "--address", "10.9.0.1/32", "--records", file));

        Assert.Equal(1, exitCode);
        Assert.Contains("something else than interval records", errors, StringComparison.Ordinal);
        Assert.Equal(500, new FileInfo(file).Length);
    }

    private static List<IntervalRecord> Records(string file, bool isEnded = false)
    {
        List<IntervalRecord> records = [];
        if (!File.Exists(file))
        {
            return records;
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var octets = new byte[stream.Length];
        stream.ReadExactly(octets);
        for (var rest = octets.AsSpan(); rest.Length > 0;)
        {
            var fault = RecordReader.TryRead(rest, out var record, out var length);
            if (fault == RecordFault.Truncated && !isEnded)
            {
                // Under way; whoever reads beside the writer comes again.
                break;
            }

            Assert.Equal(RecordFault.None, fault);
            records.Add(record!);
            rest = rest[length..];
        }

        return records;
    }

    private static void Await(HostProgram program, string words) => Await(program, () => program.Errors.Contains(words, StringComparison.Ordinal), $"it said {words}");

    private static void Await(HostProgram program, Func<bool> isReached, string what)
    {
        LabTraces.Await(() => program.HasEnded || isReached(), $"{what}; it said {program.Errors}");
        Assert.False(program.HasEnded, program.Errors);
    }
}
