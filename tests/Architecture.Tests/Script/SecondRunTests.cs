namespace Architecture.Tests.Script;

/// <summary>The second run of <c>./test</c>: what failed beside others is asked once more, alone, and what passes then is named.</summary>
public sealed class SecondRunTests
{
    private const string Name = "X.Tests.Adapters.LinkTests.Ping_OfEither_Returns";

    [Fact]
    public void Failure_OfTheFirstRunOnly_IsNamedUnsteadyAndNoFailure()
    {
        using var script = Script("X.Tests", "Y.Tests");
        script.First("X.Tests", $"{Name}(from: \"a (b)\")", $"{Name}(from: \"c\")");
        script.Alone("X.Tests", Name, total: 4, skipped: 0);
        var (exitCode, output) = script.Run();
        Assert.Equal(0, exitCode);
        Assert.EndsWith("\n15 passed, 0 failed, 0 skipped\n", output, StringComparison.Ordinal);
        Assert.Contains($"unsteady: 2 failed beside others and passed alone:\nX.Tests: {Name}\n", output, StringComparison.Ordinal);
        Assert.Contains($"because of {Name}", script.Unsteady, StringComparison.Ordinal);
        // After all others, alone, once.
        Assert.Equal(["X.Tests form= vaes= ", "Y.Tests form= vaes= ", $"X.Tests form= vaes= -parallel none -method {Name}"], script.Asked);
    }

    [Fact]
    public void Failure_OfBothRuns_IsAFailure()
    {
        using var script = Script("X.Tests");
        script.First("X.Tests", Name, "X.Tests.Other.Fails");
        script.Alone("X.Tests", Name, total: 1, skipped: 0, Name);
        script.Alone("X.Tests", "X.Tests.Other.Fails", total: 1, skipped: 0);
        var (exitCode, output) = script.Run();
        Assert.Equal(1, exitCode);
        Assert.EndsWith("\n11 passed, 1 failed, 0 skipped\n", output, StringComparison.Ordinal);
        Assert.Contains($"X.Tests: {Name} failed alone as well", output, StringComparison.Ordinal);
        Assert.Contains("X.Tests.Other.Fails", script.Unsteady, StringComparison.Ordinal);
        Assert.DoesNotContain(Name, script.Unsteady, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(9, 1)]
    public void Failures_OfMoreThanEight_GetNoSecondRun(int failures, int code)
    {
        using var script = Script("X.Tests");
        script.First("X.Tests", [.. Enumerable.Range(0, failures).Select(at => $"X.Tests.Many.Fails{at}")]);
        Assert.Equal(code, script.Run().ExitCode);
        Assert.Equal(code == 0 ? 1 + failures : 1, script.Asked.Count);
    }

    [Theory]
    [InlineData("a runner that said nothing more\n", 134)]
    [InlineData("    X.Tests.A.B [FAIL]\n      why\nand died\n", 139)]
    [InlineData("    X.Tests.A.B [FAIL]\n      why\n   X  Total: 5, Errors: 0, Failed: 1, Skipped: 0, Not Run: 0, Time: 0.1s\n", 134)]
    [InlineData("   X  Total: 5, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s\n", 1)]
    [InlineData("    [Test Class Cleanup Failure (X.Tests.A)] [FAIL]\n      why\n   X  Total: 5, Errors: 1, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s\n", 1)]
    [InlineData("    X.Tests.A.B [FAIL]\n      why\n   X  Total: 5, Errors: 1, Failed: 1, Skipped: 0, Not Run: 0, Time: 0.1s\n", 1)]
    [InlineData("   X  Total: 0, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s\n", 0)]
    public void Runner_ThatDiedOrFailedOtherwise_GetsNoSecondRun(string said, int code)
    {
        using var script = Script("X.Tests");
        script.FirstSays("X.Tests", said, code);
        var (exitCode, output) = script.Run();
        Assert.Equal(1, exitCode);
        Assert.DoesNotContain(", 0 failed, 0 skipped\n", output, StringComparison.Ordinal);
        Assert.Single(script.Asked);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void SecondRun_ThatFindsOrAsksNothing_IsAFailure(int total, int skipped)
    {
        using var script = Script("X.Tests");
        script.First("X.Tests", Name);
        script.Alone("X.Tests", Name, total, skipped);
        var (exitCode, output) = script.Run();
        Assert.Equal(1, exitCode);
        Assert.EndsWith("\n10 passed, 1 failed, 0 skipped\n", output, StringComparison.Ordinal);
        Assert.Equal("", script.Unsteady);
    }

    [Fact]
    public void SecondRun_HasTheSettingsOfTheFirst()
    {
        using var script = Script("Offload.Tests", "Dataplane.Tests");
        script.First("Dataplane.Tests", "Dataplane.Tests.Ipsec.LineTests.Goes");
        script.First("Offload.Tests", "Offload.Tests.Crypto.GcmTests.Seals");
        Assert.Equal(0, script.Run().ExitCode);
        // A run in each form and without each instruction, and the same again.
        Assert.Equal(11, script.Asked.Count(line => line.EndsWith(" -parallel none -method Dataplane.Tests.Ipsec.LineTests.Goes", StringComparison.Ordinal) || line.EndsWith(" -parallel none -method Offload.Tests.Crypto.GcmTests.Seals", StringComparison.Ordinal)));
        Assert.Contains("Dataplane.Tests form=clear-superframes vaes= -namespace Dataplane.Tests.Ipsec* -parallel none -method Dataplane.Tests.Ipsec.LineTests.Goes", script.Asked);
        Assert.Contains("Offload.Tests form= vaes=0 -namespace Offload.Tests.Crypto* -class- *ForeignPacketTests -parallel none -method Offload.Tests.Crypto.GcmTests.Seals", script.Asked);
    }

    private static TestScript Script(params IReadOnlyList<string> projects)
    {
        Assert.SkipUnless(TestScript.Hindrance is null, TestScript.Hindrance ?? "");
        return new TestScript(projects);
    }
}
