using System.Text.Json;

namespace EndToEnd.Tests.Lab;

/// <summary>The dispatch controls as a user types them: what runs where by them, and machines that cannot be.</summary>
public sealed class LabEngineTests
{
    [Theory]
    [InlineData("engine")]
    [InlineData("general")]
    public void Lab_HonorPriorityNo_RatioIsExactlyOne(string delivery)
    {
        var document = Sound("lab", "--iiphonorpriority", "no", "--delivery", delivery, "--seconds", "2", "--json");
        Assert.Equal(1, document.GetProperty("offload").GetProperty("ratio").GetDouble());
        Assert.Equal(0, document.GetProperty("cpu").GetProperty("eligibleOnGeneralSeconds").GetDouble());
        Assert.All(document.GetProperty("offload").GetProperty("spillByCause").EnumerateObject(), cause => Assert.Equal(0, cause.Value.GetInt64()));
    }

    [Fact]
    public void Lab_NoIpSecurity_NothingIsEligible()
    {
        var cpu = Sound("lab", "--ziip", "noipsecurity", "--seconds", "1", "--json").GetProperty("cpu");
        Assert.Equal(0, cpu.GetProperty("specialtySeconds").GetDouble() + cpu.GetProperty("eligibleOnGeneralSeconds").GetDouble());
        Assert.True(cpu.GetProperty("generalSeconds").GetDouble() > 0);
    }

    [Fact]
    public void Lab_EnginesVariedOffAndOn_LosesNothingAndTellsTheSpill()
    {
        var document = Sound("lab", "--engines", "1", "--vary", "0:off@0.5,0:on@3.5", "--seconds", "5", "--json");
        Assert.True(document.GetProperty("offload").GetProperty("spillByCause").GetProperty("parked").GetInt64() > 0);
        Assert.True(document.GetProperty("cpu").GetProperty("specialtySeconds").GetDouble() > 0);
    }

    [Fact]
    public void Lab_NormalisationAndMachine_ShowRawAndNormalisedSeconds()
    {
        var document = Sound("lab", "--general", "1", "--engines", "1", "--unpinned", "--normalisation", "512/256", "--seconds", "1", "--json");
        var times = document.GetProperty("serviceTimes");
        Assert.Equal(times.GetProperty("iipRaw").GetDouble() * 2, times.GetProperty("iipNormalised").GetDouble(), 4);
        Assert.Equal(times.GetProperty("cpu").GetDouble(), times.GetProperty("cp").GetDouble() + times.GetProperty("iipNormalised").GetDouble(), tolerance: 2e-4);
        Assert.True(document.GetProperty("disturbance").GetProperty("processors").GetInt32() > 0);
    }

    [Theory]
    [InlineData("at least one general processor", "--general", "0")]
    [InlineData("--unpinned", "--general", "1000", "--engines", "2")]
    [InlineData("belongs to --general", "--unpinned")]
    [InlineData("names engine 1, and there are 1", "--vary", "1:off@1")]
    [InlineData("is no change of an engine", "--vary", "0:sideways@1")]
    [InlineData("is no class", "--keep-to-engines", "ee-urgent")]
    [InlineData("is no factor", "--normalisation", "0.5")]
    [InlineData("--ziipawmt takes", "--ziipawmt", "0")]
    [InlineData("--general", "--general", "two")]
    public void Lab_WrongControl_IsRefusedWithASentence(string words, params string[] arguments)
    {
        var run = ProgramRun.Of(["lab", .. arguments]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(words, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    private static JsonElement Sound(params string[] arguments)
    {
        var run = ProgramRun.Of(arguments);
        Assert.True(run.ExitCode == 0, run.Errors + run.Output);
        var packets = run.Document.GetProperty("packets");
        Assert.Equal((packets.GetProperty("offered").GetInt64(), 0L), (packets.GetProperty("delivered").GetInt64(), packets.GetProperty("lost").GetInt64()));
        Assert.Equal(0, packets.GetProperty("reordered").GetInt64());
        return run.Document;
    }
}
