using System.Text.Json;
using IpsecDp.Engines;
using IpsecDp.Host.Measure;
using IpsecDp.Host.Reports;

namespace EndToEnd.Tests.Measure;

/// <summary>What <c>measure --verify-projection</c> concludes, on lines whose truth is known, so that no machine can keep it from concluding.</summary>
public sealed class ProjectingTests
{
    private static readonly MeasureOptions Options = new() { VerifiesProjection = true, Repeat = 6, TrialDuration = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public void Verify_LineThatIsAsCalibrated_Holds()
    {
        var verification = Verify(new ScriptedLine());

        Assert.Equal("holds", verification.GetProperty("verdict").GetString());
        Assert.Equal(6, verification.GetProperty("rounds").GetArrayLength());
    }

    [Fact]
    public void Verify_LineThatIsDearerWithEngines_IsMissed()
    {
        var verification = Verify(new ScriptedLine(surprise: 1.5));

        Assert.Equal("missed", verification.GetProperty("verdict").GetString());
        Assert.True(verification.GetProperty("throughputError").GetProperty("median").GetDouble() > 0.03);
    }

    [Fact]
    public void Verify_MachineOthersUse_ConcludesNothing()
    {
        var verification = Verify(new ScriptedLine(taken: 0.5));

        Assert.StartsWith("no verdict: others used the machine, 6 of 6 rounds", verification.GetProperty("verdict").GetString(), StringComparison.Ordinal);
    }

    /// <summary>One odd round is one of many: it is replaced, counted and said.</summary>
    [Fact]
    public void Verify_RoundNothingCanBeProjectedFrom_IsReplaced()
    {
        var verification = Verify(new ScriptedLine(isBroken: static trial => trial == 13));

        Assert.Equal("holds", verification.GetProperty("verdict").GetString());
        Assert.Equal(6, verification.GetProperty("rounds").GetArrayLength());
        Assert.Equal(1, verification.GetProperty("senselessRounds").GetInt32());
    }

    /// <summary>The twin: where most are such, the run ends in a sentence that says what to do.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_NothingCanBeProjectedFromMostRounds_EndsInASentence(bool isVerifying)
    {
        var options = Options with { VerifiesProjection = isVerifying, Project = isVerifying ? null : new EngineTopology(2, 1) };
        var projecting = new Projecting(options, static _ => { }, TestContext.Current.CancellationToken);

        var refusal = Assert.Throws<MeasureException>(() => projecting.Run(new ScriptedLine(isBroken: static _ => true)));
        Assert.StartsWith("nothing can be projected from what ", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("ask for longer trials than 0.1 s with --seconds, or for a quieter machine", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_OfAQuietLine_EndsWithItsTrials()
    {
        List<MeasureProgress> told = [];
        new Projecting(Options, told.Add, TestContext.Current.CancellationToken).Run(new ScriptedLine());

        // What is left behind the last trial is to project from each round.
        Assert.True(told[0].Left > told[^1].Left);
        Assert.Equal(Options.Repeat * 0.25, told[^1].Left, 1e-9);
        Assert.Equal([.. told.Skip(1).Select(static progress => progress.Done).Order()], told.Skip(1).Select(static progress => progress.Done));
    }

    private static JsonElement Verify(ScriptedLine line)
    {
        var report = new Projecting(Options, static _ => { }, TestContext.Current.CancellationToken).Run(line);
        using var document = new MemoryStream();
        ProjectionDocument.Write(report, document);
        return JsonDocument.Parse(document.ToArray()).RootElement.GetProperty("verification");
    }
}
