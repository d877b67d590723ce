using System.Text.Json;
using EndToEnd.Tests.Lab;
using EndToEnd.Tests.Namespaces;

namespace EndToEnd.Tests.Measure;

/// <summary><c>measure --capture tun|nfqueue</c> as a user runs it.</summary>
[Collection("labs in namespaces")]
public sealed class MeasureCaptureTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-measure-capture-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("tun", "--load", "ee", "--values", "20")]
    [InlineData("tun", "--sweep", "size", "--values", "80,1300", "--family", "6")]
    [InlineData("tun", "--sweep", "tunnels", "--values", "1,20", "--encap", "esp")]
    [InlineData("nfqueue", "--load", "interactive", "--values", "20", "--mode", "transport")]
    [InlineData("nfqueue", "--sweep", "engines", "--values", "0,1")]
    public void Measure_RealPackets_HasTheColumnsOfMemoryAndAccountsForEveryPacket(string capture, params string[] arguments)
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        var csv = Path.Combine(_folder.FullName, "trials.csv");
        using var program = HostProgram.Start(["measure", "--capture", capture, "--seconds", "0.05", "--repeat", "1", "--json", "--csv", csv, .. arguments]);
        var (exitCode, output, errors) = program.Finish();

        Assert.True(exitCode == 0, errors);
        using var document = JsonDocument.Parse(output);
        var setup = document.RootElement.GetProperty("setup");
        Assert.Equal(capture, setup.GetProperty("capture").GetString());
        Assert.NotEqual(0, setup.GetProperty("notMeasured").GetArrayLength());
        var trials = document.RootElement.GetProperty("points").EnumerateArray().SelectMany(static point => point.GetProperty("trials").EnumerateArray()).ToArray();
        Assert.NotEmpty(trials);
        Assert.All(trials, static trial => Assert.Equal(
            trial.GetProperty("offered").GetInt64(),
            trial.GetProperty("delivered").GetInt64() + trial.GetProperty("lostAt").EnumerateObject().Sum(static place => place.Value.GetInt64())));
        Assert.All(trials, static trial => Assert.True(trial.GetProperty("cpu").GetProperty("general").GetDouble() > 0));
        Assert.Equal(trials.Length + 1, File.ReadAllLines(csv).Length);
        LabTraces.RequireNone(program.Id);
    }

    [Fact]
    public void Measure_Report_SaysWhatIsNotMeasured()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        var page = Path.Combine(_folder.FullName, "page.html");
        var (exitCode, output, errors) = HostProgram.Run("measure", "--capture", "tun", "--seconds", "0.05", "--repeat", "1", "--values", "50", "--html", page);

        Assert.True(exitCode == 0, errors);
        foreach (var word in new[] { "not measured", "two hosts on this machine", "WORKLOAD ACTIVITY", "unaccounted for: 0" })
        {
            Assert.Contains(word, output, StringComparison.Ordinal);
        }

        Assert.Contains("not measured", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_Interrupted_ReportsWhatItHasAndLeavesNothing()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var program = Started();
        program.Signal("INT");
        var (exitCode, output, errors) = program.Finish();

        Assert.True(exitCode == 0, errors);
        Assert.Contains("ended before its time", output, StringComparison.Ordinal);
        LabTraces.RequireNone(program.Id);
    }

    [Fact]
    public void Measure_Killed_TakesItsDataPlanesAlongAndTheNextRemovesTheRest()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var program = Started();
        program.Signal("KILL");
        program.Finish();
        LabTraces.Await(() => LabTraces.PlanesOf(program.Id).Count == 0, "the data planes had noticed");
        var (exitCode, output, errors) = HostProgram.Run("measure", "--capture", "tun", "--seconds", "0.05", "--repeat", "1", "--values", "50");

        Assert.True(exitCode == 0, $"{errors}{output}");
        LabTraces.RequireNone(program.Id);
    }

    [Fact]
    public void Measure_DataPlaneKilled_SaysWhichAndLeavesNothing()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var program = Started();
        HostProgram.Kill(LabTraces.PlanesOf(program.Id)[1], "KILL");
        var (exitCode, _, errors) = program.Finish();

        Assert.Equal(1, exitCode);
        Assert.Contains("the data plane of host B ended by signal 9", errors, StringComparison.Ordinal);
        LabTraces.RequireNone(program.Id);
    }

    [Fact]
    public void Measure_WithoutRoot_SaysSoInOneSentence()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var program = HostProgram.StartUnprivileged("measure", "--capture", "tun");
        var (exitCode, _, errors) = program.Finish();

        Assert.Equal(1, exitCode);
        Assert.Contains("--capture tun needs root, because it makes network namespaces", Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("carries tunnel mode only", "--capture", "tun", "--mode", "transport")]
    [InlineData("one tunnel", "--capture", "nfqueue", "--mode", "transport", "--tunnels", "2")]
    [InlineData("one tunnel", "--capture", "nfqueue", "--mode", "transport", "--sweep", "tunnels")]
    [InlineData("only in memory", "--capture", "tun", "--project", "4,2")]
    [InlineData("only in memory", "--capture", "nfqueue", "--verify-projection")]
    [InlineData("0 to 64 of each host", "--capture", "tun", "--engines", "65")]
    [InlineData("--encap belongs to", "--encap", "esp")]
    [InlineData("--encap belongs to", "--encap", "udp", "--capture", "memory")]
    [InlineData("'5' not recognized", "--family", "5")]
    public void Measure_BadInput_IsRefusedWithASentence(string sentence, params string[] arguments)
    {
        var run = ProgramRun.Of(["measure", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Errors, StringComparison.Ordinal);
    }

    // Its data planes run.
    private static HostProgram Started()
    {
        var program = HostProgram.Start("measure", "--capture", "tun", "--seconds", "0.2", "--repeat", "100", "--values", "10");
        LabTraces.Await(() => program.HasEnded || LabTraces.PlanesOf(program.Id).Count == 2, "its data planes ran");
        return program;
    }
}
