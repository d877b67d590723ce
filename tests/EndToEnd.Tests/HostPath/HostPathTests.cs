using System.Text.Json;
using EndToEnd.Tests.Namespaces;

namespace EndToEnd.Tests.HostPath;

// As labs do, these use every processor.
[Collection("labs in namespaces")]
public sealed class HostPathTests
{
    private const int Protected = 7000;
    private const int Other = 7001;
    private const string Reloaded = "IDP0011I";
    private const string Refused = "IDP0108W";

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public void Kill_EitherDataPlaneInFullFlow_StopsPacketsAndShowsNoneUntilItIsBack(int host, bool isV6)
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var hosts = new TwoHosts(isV6, Protected);
        using var flow = hosts.Flow(Protected);
        AwaitMore(flow, "datagrams arrived");
        var rules = hosts.Rules(host);

        hosts.Plane(host).Signal("KILL");
        LabTraces.Await(() => hosts.Plane(host).HasEnded, "it was dead");
        // What it had let pass by now may still arrive, and nothing that is sent from now on.
        var last = flow.Sent;
        AwaitSent(flow, 250);
        Assert.InRange(flow.LastReceived, 1, last);
        Assert.Equal(rules, hosts.Rules(host));

        hosts.Start(host);
        AwaitMore(flow, $"they arrived again; it said {hosts.Plane(host).Errors}");
        Assert.Equal(rules, hosts.Rules(host));
        hosts.Tap.Finish();
        Assert.True(hosts.Tap.Sealed > 0);
        Assert.Equal(0, hosts.Tap.LastClear(Protected));
        End(hosts, 0);
        End(hosts, 1);
    }

    [Fact]
    public void Kill_NobodyReturns_NothingIsEverReadable()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var hosts = new TwoHosts(false, Protected);
        using var other = hosts.Flow(Other);
        using var flow = hosts.Flow(Protected);
        AwaitMore(flow, "datagrams arrived");
        hosts.Plane(0).Signal("KILL");
        hosts.Plane(1).Signal("KILL");
        LabTraces.Await(() => hosts.Plane(0).HasEnded && hosts.Plane(1).HasEnded, "both were dead");
        AwaitSent(flow, 200);
        // What no rule speaks of goes on, and is the twin that shows that the tap can read.
        AwaitMore(other, "what nobody protects still arrived");
        hosts.Tap.Finish();
        Assert.Equal(0, hosts.Tap.LastClear(Protected));
        Assert.True(hosts.Tap.LastClear(Other) > 0);
    }

    [Fact]
    public void Reload_WiderPolicyInFullFlow_ShowsNothingFromThenOnAndLeavesTheRestAlone()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var hosts = new TwoHosts(false, Protected);
        using var flow = hosts.Flow(Protected);
        using var other = hosts.Flow(Other);
        AwaitMore(flow, "protected datagrams arrived");
        AwaitMore(other, "clear datagrams arrived");
        LabTraces.Await(() => hosts.Tap.LastClear(Other) > 0, "they could be read on the wire");

        hosts.Policy(1).Write(Protected, Other);
        hosts.Reload(1, Reloaded);
        hosts.Policy(0).Write(Protected, Other);
        hosts.Reload(0, Reloaded);
        var lastUnderTheOld = other.Sent;
        AwaitMore(other, $"they arrived protected; A said {hosts.Plane(0).Errors}; B said {hosts.Plane(1).Errors}");
        AwaitMore(flow, "the others still arrived");
        // One that was being sent while the number was read may have gone before.
        Assert.InRange(hosts.Tap.LastClear(Other), 1, lastUnderTheOld);

        hosts.Policy(0).Write(Protected);
        hosts.Reload(0, Reloaded);
        LabTraces.Await(() => hosts.Tap.LastClear(Other) > lastUnderTheOld, "what is no longer protected flowed in clear again");
        AwaitMore(flow, "the others still arrived after the second");
        Assert.Equal(0, hosts.Tap.LastClear(Protected));
        using var report = JsonDocument.Parse(End(hosts, 1));
        var drops = report.RootElement.GetProperty("drops");
        Assert.False(drops.TryGetProperty("Replayed", out _), "an SA that did not change began again");
        Assert.False(drops.TryGetProperty("IntegrityFailed", out _), "an SA that did not change got other keys");
    }

    [Fact]
    public void Reload_FaultyPolicy_ShowsEveryFaultAndStays()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var hosts = new TwoHosts(false, Protected);
        using var flow = hosts.Flow(Protected);
        AwaitMore(flow, "datagrams arrived");
        var rules = hosts.Rules(0);
        hosts.Policy(0).Spoil();
        hosts.Reload(0, Refused);
        LabTraces.Await(() => hosts.Plane(0).Errors.Contains("HowToWrap", StringComparison.Ordinal) && hosts.Plane(0).Errors.Contains("IpSecc", StringComparison.Ordinal), "it named both faults");
        AwaitMore(flow, "they still arrived");
        Assert.Equal(rules, hosts.Rules(0));
        Assert.Equal(0, hosts.Tap.LastClear(Protected));
    }

    [Fact]
    public void Run_SecondDataPlaneInOneHostsPath_RefusesAndHarmsNothing()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var hosts = new TwoHosts(false, Protected);
        using var flow = hosts.Flow(Protected);
        AwaitMore(flow, "datagrams arrived");
        var rules = hosts.Rules(0);
        using var second = hosts.Begin(0);
        var (exitCode, output, errors) = second.Finish();
        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains("another ipsecdp captures packets", errors, StringComparison.Ordinal);
        AwaitMore(flow, "they still arrived");
        Assert.Equal(rules, hosts.Rules(0));
        Assert.Equal(0, hosts.Tap.LastClear(Protected));
    }

    [Theory]
    [InlineData("mangle", "IPSECDP-OUT")]
    [InlineData("raw", "IPSECDP-IN")]
    public void Rules_RemovedBySomebodyElse_AreSaidAndPutBack(string table, string chain)
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var hosts = new TwoHosts(false, Protected);
        var rules = hosts.Rules(0);
        hosts.Spaces.A.Execute("iptables", "-w", "-t", table, "-F", chain);
        LabTraces.Await(() => hosts.Plane(0).Errors.Contains("IDP0109W", StringComparison.Ordinal), "it noticed");
        LabTraces.Await(() => hosts.Rules(0) == rules, "they were back");
        using var flow = hosts.Flow(Protected);
        AwaitMore(flow, "datagrams arrived");
        Assert.Equal(0, hosts.Tap.LastClear(Protected));
    }

    [Fact]
    public void Rules_OfOthers_AreLeftAlone()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var hosts = new TwoHosts(false, Protected);
        hosts.Spaces.A.Execute("iptables", "-w", "-t", "mangle", "-A", "POSTROUTING", "-p", "udp", "--dport", "9", "-j", "DROP");
        End(hosts, 0);
        var left = hosts.Spaces.A.Execute("iptables-save");
        Assert.Contains("--dport 9 -j DROP", left, StringComparison.Ordinal);
        Assert.DoesNotContain("IPSECDP", left, StringComparison.Ordinal);
    }

    [Fact]
    public void DivertClean_WhileOneRunsAndAfterItDied_RefusesThenRemovesWhatItSays()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var hosts = new TwoHosts(false, Protected);
        var rules = hosts.Rules(0);
        var (exitCode, _, errors) = Clean(hosts);
        Assert.Equal(1, exitCode);
        Assert.Contains("captures packets in this network namespace", errors, StringComparison.Ordinal);
        Assert.Equal(rules, hosts.Rules(0));

        hosts.Plane(0).Signal("KILL");
        LabTraces.Await(() => hosts.Plane(0).HasEnded, "it was dead");
        Assert.Equal(rules, hosts.Rules(0));
        var (cleanCode, output, _) = Clean(hosts);
        Assert.Equal(0, cleanCode);
        Assert.StartsWith("removed ", output, StringComparison.Ordinal);
        Assert.Empty(hosts.Rules(0));
        Assert.Equal("nothing was left to remove", Clean(hosts).Output.Trim());
    }

    private static (int ExitCode, string Output, string Errors) Clean(TwoHosts hosts)
    {
        using var program = hosts.Spaces.A.Run(() => HostProgram.Start("divert", "clean"));
        return program.Finish();
    }

    private static string End(TwoHosts hosts, int host)
    {
        hosts.Plane(host).Signal("TERM");
        var (exitCode, output, errors) = hosts.Plane(host).Finish();
        Assert.True(exitCode == 0, errors);
        Assert.Empty(hosts.Rules(host));
        return output;
    }

    private static void AwaitMore(MarkedFlow flow, string what)
    {
        var before = flow.Received;
        LabTraces.Await(() => flow.Received > before + 20, what);
    }

    private static void AwaitSent(MarkedFlow flow, int count)
    {
        var before = flow.Sent;
        LabTraces.Await(() => flow.Sent > before + count, "more was sent");
    }
}
