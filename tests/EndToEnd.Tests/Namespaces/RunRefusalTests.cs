using System.Net;
using System.Net.Sockets;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Namespaces;

public class RunRefusalTests
{
    [Fact]
    public void Run_WithoutPrivileges_SaysWhatItNeeds()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var policy = new PolicyText();
        using var program = HostProgram.StartUnprivileged("run", "--policy", policy.Path);
        RequireSentence(program.Finish(), "needs root or CAP_NET_ADMIN");
    }

    [Fact]
    public void Lab_WithoutPrivileges_SaysWhatItNeeds()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var program = HostProgram.StartUnprivileged("lab", "--namespaces", "--json");
        RequireSentence(program.Finish(), "needs root");
        LabTraces.RequireNone(program.Id);
    }

    [Fact]
    public void Run_MissingPolicy_SaysSo() => RequireSentence(HostProgram.Run("run", "--policy", "/nonexistent/file.policy"), "cannot be read");

    [Fact]
    public void Run_WrongPolicy_ListsEveryFault()
    {
        using var policy = new PolicyText(local: "10.77.0.1.5", mode: "Tunel");
        var (exitCode, _, errors) = HostProgram.Run("run", "--policy", policy.Path);
        Assert.Equal(1, exitCode);
        Assert.Equal(2, errors.Trim().Split('\n').Length);
    }

    [Fact]
    public void Run_PortOccupied_SaysWhoseItMayBeAndLeavesNoInterface()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new PolicyText();
        using var occupant = spaces.A.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Any, 4500));
            return socket;
        });
        RequireSentence(RunIn(spaces.A, policy), "10.77.0.1:4500 is in use by another process");
        Assert.DoesNotContain("ipsec0", spaces.A.Ip("link"), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AddressOfNobody_SaysToGiveItToAnInterface()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new PolicyText(local: "203.0.113.77");
        RequireSentence(RunIn(spaces.A, policy), "no interface has address 203.0.113.77");
    }

    [Fact]
    public void Run_InterfaceNameTaken_SaysToChooseAnother()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new PolicyText();
        RequireSentence(RunIn(spaces.A, policy, "--tun", NetworkNamespaces.Link), $"interface {NetworkNamespaces.Link} exists and is of another kind");
    }

    [Fact]
    public void Run_RouteOverThePeer_SaysWhyItCannotBe()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new PolicyText();
        RequireSentence(RunIn(spaces.A, policy, "--route", "10.77.0.0/24"), "its own packets would enter the tunnel again");
    }

    [Fact]
    public void Run_RouteTwice_SaysWhatWasRefusedAndLeavesNoInterface()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new PolicyText();
        RequireSentence(RunIn(spaces.A, policy, "--route", "10.9.0.0/24", "--route", "10.9.0.0/24"), "was refused");
        Assert.DoesNotContain("ipsec0", spaces.A.Ip("link"), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_EncapsulationAgainstPolicy_SaysHowToMakeThemAgree()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var policy = new PolicyText();
        RequireSentence(HostProgram.Run("run", "--policy", policy.Path, "--encap", "esp"), "take --encap udp");
    }

    [Fact]
    public void Run_InterfaceTakenAway_EndsWithASentence()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new PolicyText();
        using var program = spaces.A.Run(() => HostProgram.Start("run", "--policy", policy.Path, "--tun", "lost0", "--json"));
        LabTraces.Await(() => program.HasEnded || program.Errors.Contains("ready", StringComparison.Ordinal), "it was ready");
        spaces.A.Ip("link", "del", "lost0");
        var (exitCode, _, errors) = program.Finish();
        Assert.Equal(1, exitCode);
        Assert.Contains("port tun:lost0/0 is gone", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Terminated_ReportsAndTakesInterfaceAndRoutesAway()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new PolicyText();
        using var program = spaces.A.Run(() => HostProgram.Start("run", "--policy", policy.Path, "--address", "10.9.0.1/32", "--route", "10.9.0.2/32", "--json"));
        LabTraces.Await(() => program.HasEnded || program.Errors.Contains("ready", StringComparison.Ordinal), "it was ready");
        Assert.Contains("10.9.0.2 dev ipsec0", spaces.A.Ip("route"), StringComparison.Ordinal);
        program.Signal("TERM");
        var (exitCode, output, errors) = program.Finish();
        Assert.True(exitCode == 0, errors);
        Assert.Contains("\"outstandingBuffers\": 0", output, StringComparison.Ordinal);
        Assert.DoesNotContain("ipsec0", spaces.A.Ip("link"), StringComparison.Ordinal);
        Assert.DoesNotContain("10.9.0.2", spaces.A.Ip("route"), StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output, string Errors) RunIn(NetworkNamespace space, PolicyText policy, params IReadOnlyList<string> arguments)
    {
        using var program = space.Run(() => HostProgram.Start(["run", "--policy", policy.Path, "--json", .. arguments]));
        return program.Finish();
    }

    // Messages of the log may come before; the last line is the reason.
    private static void RequireSentence((int ExitCode, string Output, string Errors) end, string part)
    {
        Assert.Equal(1, end.ExitCode);
        Assert.Empty(end.Output);
        Assert.Contains(part, end.Errors.Trim().Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", end.Errors, StringComparison.Ordinal);
    }
}
