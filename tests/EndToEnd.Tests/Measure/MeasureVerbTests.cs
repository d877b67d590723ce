using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using EndToEnd.Tests.Lab;
using IpsecDp.Host.Measure;
using IpsecDp.Modelling.Activity;
using IpsecDp.Wire.Ip;

namespace EndToEnd.Tests.Measure;

/// <summary><c>measure</c> as a user runs it; nothing is asserted that a busy machine could break.</summary>
public sealed class MeasureVerbTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-measure-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("ee", "ee-high")]
    [InlineData("bulk", "bulk-ack")]
    [InlineData("interactive", "interactive")]
    public void Measure_EveryLoad_AccountsForEveryPacket(string load, string className)
    {
        var document = Document("--load", load, "--values", "20,100");

        Assert.Equal(load, document.GetProperty("setup").GetProperty("load").GetString());
        var trials = Trials(document);
        Assert.Equal(2, trials.Length);
        Assert.All(trials, RequireConserved);
        Assert.All(trials, trial => Assert.Equal(0, trial.GetProperty("reordered").GetInt64()));
        Assert.All(trials, trial => Assert.Contains(trial.GetProperty("classes").EnumerateArray(), c => c.GetProperty("name").GetString() == className));
        Assert.Equal(2, document.GetProperty("capacities")[0].GetProperty("goals").GetArrayLength());
    }

    [Theory]
    [InlineData("tunnel", "IPv6, packets of at most 1426 octets")]
    [InlineData("transport", "IPv6, packets of at most 1466 octets")]
    public void Measure_OverIPv6_AccountsForEveryPacket(string mode, string protection)
    {
        var document = Document("--load", "mixed", "--values", "50", "--family", "6", "--mode", mode);

        Assert.Contains(protection, document.GetProperty("setup").GetProperty("protection").GetString(), StringComparison.Ordinal);
        Assert.All(Trials(document), RequireConserved);
        Assert.True(Trials(document)[0].GetProperty("delivered").GetInt64() > 0);
    }

    [Fact]
    public void Measure_NoEngines_ProjectsAndMovesNothing()
    {
        var trial = Assert.Single(Trials(Document("--engines", "0", "--values", "50")));

        Assert.Equal(0, trial.GetProperty("onEngines").GetProperty("packets").GetInt64());
        Assert.True(trial.GetProperty("projected").GetProperty("packets").GetInt64() > 0);
        Assert.Equal(0, trial.GetProperty("cpu").GetProperty("specialty").GetDouble());
    }

    [Theory]
    [InlineData("engines", "0,1")]
    [InlineData("size", "64,1400")]
    [InlineData("tunnels", "1,20")]
    public void Measure_OtherSweeps_SearchAtEveryValue(string sweep, string values)
    {
        var document = Document("--sweep", sweep, "--values", values);

        Assert.Equal(values, string.Join(',', document.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("value").GetDouble())));
        Assert.Equal(values, string.Join(',', document.GetProperty("capacities").EnumerateArray().Select(capacity => capacity.GetProperty("value").GetDouble())));
        Assert.All(Trials(document), RequireConserved);
    }

    [Fact]
    public void Measure_Report_IsInTheShapeOfRmf()
    {
        var csv = Path.Combine(_folder.FullName, "trials.csv");
        var run = ProgramRun.Of("measure", "--seconds", "0.05", "--repeat", "1", "--values", "20,100", "--normalisation", "569/256", "--csv", csv);

        Assert.True(run.ExitCode == 0, run.Errors);
        foreach (var word in new[] { "WORKLOAD ACTIVITY", "SERVICE TIMES", "APPL %", "IIPCP", "normalised by 2.223", "without loss", "at 0.5 % loss", "unaccounted for: 0" })
        {
            Assert.Contains(word, run.Output, StringComparison.Ordinal);
        }

        Assert.Equal(3, File.ReadAllLines(csv).Length);
    }

    [Fact]
    public void Measure_Capture_OffersItsPackets()
    {
        var path = Path.Combine(_folder.FullName, "few.pcap");
        File.WriteAllBytes(path, RawCapture(ipPackets: 20));

        var document = Document("--load", $"pcap:{path}", "--values", "50");

        Assert.Equal("few.pcap", document.GetProperty("setup").GetProperty("load").GetString());
        Assert.Contains(Trials(document)[0].GetProperty("classes").EnumerateArray(), c => c.GetProperty("name").GetString() == "ee-high");
        Assert.All(Trials(document), RequireConserved);
    }

    [Fact]
    public void Measure_EverythingWrong_IsSaidAtOnce()
    {
        var (none, bad) = (Path.Combine(_folder.FullName, "none.pcap"), Path.Combine(_folder.FullName, "bad.json"));
        File.WriteAllText(bad, "{}");
        var run = ProgramRun.Of(
            "measure", "--load", $"pcap:{none}", "--seconds", "0", "--repeat", "0", "--tunnels", "0", "--general", "0", "--values", "-1",
            "--html", Path.Combine(_folder.FullName, "no", "page.html"), "--compare", bad);

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        foreach (var word in new[] { "at least one general processor", "more than 0", "--repeat", "--tunnels", "--values: -1", "page.html' cannot be written", "bad.json' cannot be compared with" })
        {
            Assert.Contains(word, run.Errors, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("is neither ee, bulk", "--load", "ee:0")]
    [InlineData("takes --load bulk alone", "--sweep", "size", "--load", "ee")]
    [InlineData("want 200 processors", "--general", "100", "--engines", "100")]
    [InlineData("at least one general processor", "--project", "0,1")]
    [InlineData("--project takes", "--project", "4")]
    [InlineData("--smt gives the engines of --project", "--smt", "1.25")]
    [InlineData("1 to 2 times", "--project", "4,2", "--smt", "2.5")]
    [InlineData("600 cores have more", "--project", "4,600", "--smt", "1.25")]
    [InlineData("which goes from 76", "--sweep", "size", "--values", "60", "--family", "6")]
    [InlineData("has none", "--verify-projection", "--engines", "0")]
    [InlineData("--compare lays", "--compare", "nowhere.json")]
    public void Measure_BadInput_IsRefusedWithASentence(string sentence, params string[] arguments)
    {
        var run = ProgramRun.Of(["measure", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_UnreadableCapture_SaysWhatItIs()
    {
        var path = Path.Combine(_folder.FullName, "text.pcap");
        File.WriteAllText(path, "this is no capture");

        var run = ProgramRun.Of("measure", "--load", $"pcap:{path}");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("neither pcap nor pcapng", run.Errors, StringComparison.Ordinal);
    }

    // A signal ends it with the report of what there is.
    [Fact]
    public async Task Measure_Interrupted_ReportsWhatItHas()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals of Linux");
        using var process = ProgramRun.Start("measure", "--seconds", "0.2", "--repeat", "1000", "--values", "10");
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        var run = ProgramRun.WaitFor(process);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("ended before its time", run.Output, StringComparison.Ordinal);
    }

    // Under a load that leaves the trials empty nothing can be projected, and that is said.
    [Fact]
    public void Project_SmallMachine_SaysWhatItCarriesOrWhyNot()
    {
        var run = ProgramRun.Of("measure", "--project", "2,2,569/256", "--seconds", "0.1", "--repeat", "1");

        Assert.Contains(run.ExitCode == 0 ? "2 general and 2 specialty processors, normalisation 569/256" : "a quieter machine", run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Project_EnginesInSmtMode_NamesThreadsAndFactor()
    {
        var run = ProgramRun.Of("measure", "--project", "2,2", "--smt", "1.25", "--seconds", "0.1", "--repeat", "1");

        Assert.Contains(run.ExitCode == 0 ? "2 general and 2 specialty processors" : "a quieter machine", run.Output + run.Errors, StringComparison.Ordinal);
        Assert.Contains(run.ExitCode == 0 ? "SMT-2, 4 threads: two of a core do 1.25 times what one does alone" : "a quieter machine", run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 64)]
    [InlineData(6, 76)]
    public void ValuesOf_SizesOfAFamily_FitItsPackets(int family, double smallest)
    {
        var options = new MeasureOptions { Sweep = SweepKind.Size, Family = family == 4 ? IpVersion.V4 : IpVersion.V6, IsInUdp = true };

        Assert.Equal(smallest, SweepPlan.ValuesOf(options)[0]);
        Assert.All(SweepPlan.ValuesOf(options), value => Assert.InRange(value, smallest, OfferedCycle.LargestClear(options)));
    }

    // The trials it was made from and held against are all in the document; whether it holds is the machine's affair.
    [Fact]
    public void Verify_AsADocument_HoldsItsTrialsOrSaysWhyNot()
    {
        var run = ProgramRun.Of("measure", "--verify-projection", "--seconds", "0.05", "--repeat", "1", "--json");
        if (run.ExitCode != 0)
        {
            Assert.Matches("too short|nothing can be projected", run.Errors);
            return;
        }

        var verification = run.Document.GetProperty("verification");
        Assert.Contains(verification.GetProperty("verdict").GetString()!.Split(' ', ':')[0], new[] { "holds", "missed", "no" });
        var rounds = verification.GetProperty("calibration").EnumerateArray().ToList();
        Assert.All(rounds, round =>
        {
            Assert.Equal(0, round.GetProperty("flooded").GetProperty("onEngines").GetProperty("packets").GetInt64());
            Assert.True(round.GetProperty("movedFlooded").GetProperty("onEngines").GetProperty("packets").GetInt64() > 0);
            Assert.True(round.GetProperty("handedBack").GetProperty("deliverSeconds").GetDouble() >= 0);
        });

        // Where the errors are not known well enough, others follow the one that was asked for.
        Assert.NotEmpty(rounds);
        Assert.Equal(rounds.Count, verification.GetProperty("trials").GetArrayLength());
    }

    [Theory]
    [InlineData("cpu  10 20 30 400 50 6 7 80 0 0", 0.73, 6.03)]
    public void MachineTime_LineOfProcStat_IsBusyAndAll(string line, double busy, double all)
    {
        var time = MachineTime.Parse(line);

        Assert.Equal(busy, time.Busy!.Value, 1e-9);
        Assert.Equal(all, time.All!.Value, 1e-9);
        Assert.Equal(0.8, time.Stolen!.Value, 1e-9);
        Assert.Equal(0.5, new MachineTime(8, 20).OthersSince(new MachineTime(2, 10), own: 1)!.Value, 1e-9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cpu 1 2 3")]
    [InlineData("cpu0 1 2 3 4 5 6 7 8 9 10")]
    [InlineData("cpu a b c d e f g h i j")]
    public void MachineTime_AnotherLine_IsUnknown(string line) => Assert.Null(MachineTime.Parse(line).Busy);

    private static JsonElement Document(params string[] arguments)
    {
        var run = ProgramRun.Of(["measure", "--seconds", "0.05", "--repeat", "1", "--json", .. arguments]);
        Assert.True(run.ExitCode == 0, run.Errors);
        return run.Document;
    }

    private static JsonElement[] Trials(JsonElement document) =>
        [.. document.GetProperty("points").EnumerateArray().SelectMany(point => point.GetProperty("trials").EnumerateArray())];

    private static void RequireConserved(JsonElement trial)
    {
        var lost = trial.GetProperty("lostAt").EnumerateObject().Sum(place => place.Value.GetInt64());
        Assert.Equal(trial.GetProperty("offered").GetInt64(), trial.GetProperty("delivered").GetInt64() + lost);
    }

    // pcap of link type RAW with UDP datagrams of Enterprise Extender's high priority, a millisecond apart.
    private static byte[] RawCapture(int ipPackets)
    {
        const int Length = 120;
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        Span<uint> head = [0xa1b2c3d4, 0x0004_0002, 0, 0, 65535, 101];
        writer.Write(MemoryMarshal.AsBytes(head));
        for (var packet = 0; packet < ipPackets; packet++)
        {
            Span<uint> record = [0, (uint)(packet * 1000), Length, Length];
            writer.Write(MemoryMarshal.AsBytes(record));
            var octets = new byte[Length];
            byte[] header = [0x45, 0x80, 0, Length, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x2e, 0xe2, 0x2e, 0xe2, 0, Length - 20, 0, 0];
            header.CopyTo(octets, 0);
            writer.Write(octets);
        }

        writer.Flush();
        return file.ToArray();
    }
}
