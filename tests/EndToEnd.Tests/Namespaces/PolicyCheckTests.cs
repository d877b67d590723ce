namespace EndToEnd.Tests.Namespaces;

public class PolicyCheckTests
{
    [Fact]
    public void Check_RightPolicy_SaysWhatItWouldDoWithoutKeys()
    {
        using var policy = new PolicyText();
        var (exitCode, output, _) = HostProgram.Run("policy", "check", policy.Path);
        Assert.Equal(0, exitCode);
        Assert.Contains("protect in Tunnel1", output, StringComparison.Ordinal);
        Assert.Contains("10.77.0.1 to 10.77.0.2", output, StringComparison.Ordinal);
        Assert.DoesNotContain(PolicyText.Key, output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Check_SeveralFaults_ListsEachWithFileLineColumnAndRule()
    {
        using var policy = new PolicyText(local: "10.77.0.1.5", mode: "Tunel");
        var (exitCode, output, errors) = HostProgram.Run("policy", "check", policy.Path);
        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        var lines = errors.Trim().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Matches($"^{policy.Path}:[0-9]+:[0-9]+: .+ \\[[A-Za-z]+\\]$", line.Trim()));
        Assert.DoesNotContain(PolicyText.Key, errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Check_MissingFile_IsOneSentence()
    {
        var (exitCode, output, errors) = HostProgram.Run("policy", "check", "/nonexistent/file.policy");
        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains("cannot be read", Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
    }
}
