using System.Text.Json;
using IpsecDp.Peers.Bed;
using IpsecDp.TestKit.Namespaces;

namespace Peers.Tests;

[Collection("beds")]
public sealed class PeersProgramTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _document = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.json");

    public void Dispose() => File.Delete(_document);

    [Theory]
    [InlineData("peers", "--contenders", "veth,ours", "'ours' is none")]
    [InlineData("peers", "--measures", "tcp1,udp9", "'udp9' is none")]
    [InlineData("peers", "--rounds", "0", "--rounds takes 1 to")]
    [InlineData("relay", "--placement", "0", "--placement takes free")]
    public void Program_WrongOption_SaysWhatWouldDo(string verb, string option, string value, string words)
    {
        using var program = new PeersProgram(verb, option, value);
        Assert.Equal(2, program.Finish().Code);
        Assert.Contains(words, program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Peers_RivalThatIsNotInstalled_IsAbsentWithWhatToInstall()
    {
        RequireNamespaces();
        using var program = new PeersProgram("peers", "--contenders", "veth,wireguard-go", "--wireguard-go", "/no/such/program", "--measures", "rtt", "--rounds", "1", "--seconds", "1", "--json", _document);
        var (code, output) = program.Finish();
        Assert.True(code == 0, program.Errors);
        Assert.Contains("wireguard-go is absent: wireguard-go is not at /no/such/program: install the package wireguard-go", output, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(File.ReadAllText(_document));
        Assert.Equal(["rtt.p50", "rtt.p99"], document.RootElement.GetProperty("figures").EnumerateArray().Select(figure => figure.GetProperty("metric").GetString()));
        Assert.Empty(PeersProgram.TracesOf(program.Run));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Peers_Interrupted_LeavesNothing(string signal)
    {
        RequireNamespaces();
        using var program = StartWithTraffic();
        var processes = program.Processes();
        program.Signal(signal);
        Assert.Equal(1, program.Finish().Code);
        Assert.Contains("interrupted", program.Errors, StringComparison.Ordinal);
        Assert.Empty(PeersProgram.TracesOf(program.Run));
        RequireGone(processes);
    }

    [Fact]
    public void Peers_Killed_TakesItsTunnelsAlongAndTheNextRemovesTheRest()
    {
        RequireNamespaces();
        using var program = StartWithTraffic();
        var tunnels = program.Processes().Where(process => CommandOf(process).Contains(" relay ", StringComparison.Ordinal)).ToArray();
        Assert.True(tunnels.Length >= 2);
        program.Signal("KILL");
        program.Finish();
        RequireGone(tunnels);
        Assert.Equal(3, PeersProgram.TracesOf(program.Run).Count());
        BedIdentity.RemoveLeftovers();
        Assert.Empty(PeersProgram.TracesOf(program.Run));
    }

    private static PeersProgram StartWithTraffic()
    {
        var program = new PeersProgram("peers", "--contenders", "relay", "--measures", "rtt", "--seconds", "5");
        program.Await("round 1, relay: rtt");
        return program;
    }

    private static void RequireNamespaces() => Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? string.Empty);

    private static void RequireGone(IReadOnlyCollection<int> processes) => Assert.True(
        SpinWait.SpinUntil(() => processes.All(process => !ProcessFigures.TryReadStat(process, out var fields) || fields[0] == "Z"), Patience),
        "a process was left");

    private static string CommandOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }
}
