using System.Text.Json;
using EndToEnd.Tests.Namespaces;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>A tunnel that waits for a command gets it, by a program of its owner and by nobody else's.</summary>
public sealed class TunnelVerbTests : IDisposable
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-tunnel-");

    private string Place => Path.Combine(_folder.FullName, "commands");

    [Fact]
    public void Tunnel_ByCommand_StartsRekeysAndStops()
    {
        Assert.SkipUnless(NetworkNamespaces.Hindrance is null, NetworkNamespaces.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policyA = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB);
        using var policyB = new KeyExchangePolicyText("10.77.0.2", "10.77.0.1", InsideB, InsideA);
        using var b = new NegotiatedHost(spaces.B, policyB, InsideB, InsideA, "udp");
        using var a = NegotiatedHost.With(spaces.A, policyA, "--encap", "udp", "--address", $"{InsideA}/32", "--route", $"{InsideB}/32", "--control", Place);
        a.Await("IDP0041I commands are taken");
        Assert.Contains("inside: down", Ask("list"), StringComparison.Ordinal);
        Assert.Contains("not up", Refused("rekey", "inside"), StringComparison.Ordinal);
        Assert.Contains("no tunnel other", Refused("start", "other"), StringComparison.Ordinal);

        Assert.Contains("is being started", Ask("start", "inside"), StringComparison.Ordinal);
        a.Await("IDP0017I");
        using var first = Tunnel();
        Assert.True(first.RootElement.GetProperty("isUp").GetBoolean());
        var pair = Assert.Single(first.RootElement.GetProperty("sas").EnumerateArray());
        Assert.Equal("10.77.0.2", pair.GetProperty("remote").GetString());
        Assert.InRange(pair.GetProperty("secondsLeft").GetInt64(), 1, 7200);

        Ask("rekey", "inside");
        a.Await("IDP0017I", lines: 2);
        Ask("stop", "inside");
        b.Await("IDP0018I", lines: 2);
        a.Await("IDP0018I", lines: 2);
        using var last = Tunnel();
        Assert.False(last.RootElement.GetProperty("isUp").GetBoolean());

        // Who is not the owner is not even connected.
        using var stranger = HostProgram.StartUnprivileged("tunnel", "list", "--control", Place);
        Assert.Equal(1, stranger.Finish().ExitCode);
        Assert.Contains("nobody answers", stranger.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private JsonDocument Tunnel()
    {
        using var all = JsonDocument.Parse(Ask("list", "--json"));
        return JsonDocument.Parse(Assert.Single(all.RootElement.GetProperty("tunnels").EnumerateArray()).GetRawText());
    }

    private string Ask(params string[] words)
    {
        var (exitCode, output, errors) = HostProgram.Run(["tunnel", .. words, "--control", Place]);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private string Refused(params string[] words)
    {
        var (exitCode, _, errors) = HostProgram.Run(["tunnel", .. words, "--control", Place]);
        Assert.Equal(1, exitCode);
        return errors;
    }
}
