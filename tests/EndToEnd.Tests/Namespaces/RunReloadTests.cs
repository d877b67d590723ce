using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Namespaces;

public sealed class RunReloadTests
{
    [Fact]
    public void Run_HungUpBehindATunInterface_ReadsItsPolicyAgainAndKeepsItsSas()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new PolicyText();
        using var program = spaces.A.Run(() => HostProgram.Start("run", "--policy", policy.Path, "--address", "10.9.0.1/32", "--route", "10.9.0.2/32", "--json"));
        Await(program, "ready");
        File.AppendAllText(policy.Path, "\n# another line\n");
        program.Signal("HUP");
        Await(program, "IDP0011I 1 rules are in force; of 1 tunnels 1 go on as they are");

        // What needs another socket is refused, and the data plane goes on.
        File.WriteAllText(policy.Path, File.ReadAllText(policy.Path).Replace("UdpEncapsulation           Yes", "UdpEncapsulation           Yes 4501 4500", StringComparison.Ordinal));
        program.Signal("HUP");
        Await(program, "IDP0108W");
        Await(program, "stop and start again");
        File.WriteAllText(policy.Path, "IpFilterPolicy\n{\n");
        program.Signal("HUP");
        Await(program, ":1:");
        program.Signal("TERM");
        var (exitCode, output, errors) = program.Finish();
        Assert.True(exitCode == 0, errors);
        Assert.Contains("\"outstandingBuffers\": 0", output, StringComparison.Ordinal);
        Assert.DoesNotContain(PolicyText.Key, errors + output, StringComparison.OrdinalIgnoreCase);
    }

    private static void Await(HostProgram program, string words)
    {
        LabTraces.Await(() => program.HasEnded || program.Errors.Contains(words, StringComparison.Ordinal), $"it said {words}; it said {program.Errors}");
        Assert.False(program.HasEnded, program.Errors);
    }
}
