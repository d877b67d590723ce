using IpsecDp.Adapters.Linux;
using IpsecDp.Peers.Bed;
using IpsecDp.TestKit.Namespaces;

namespace Peers.Tests.Bed;

[Collection("beds")]
public sealed class HeldProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly Dictionary<string, string> Nothing = [];
    private readonly NamedNetworkNamespace? _space;

    public HeldProcessTests() => _space = NetworkNamespaces.Hindrance is null ? NamedNetworkNamespace.Create($"{BedIdentity.Names.Own}-held-{Guid.NewGuid():N}") : null;

    private NamedNetworkNamespace Space
    {
        get
        {
            Assert.SkipWhen(_space is null, NetworkNamespaces.Hindrance ?? string.Empty);
            return _space!;
        }
    }

    public void Dispose() => _space?.Remove();

    [Fact]
    public void Dispose_ProgramThatIgnoresNothing_EndsItAndAllBelow()
    {
        var held = new HeldProcess(Space, "a sleeper", Nothing, "sh", "-c", "echo ready; sleep 1000 & wait");
        held.AwaitLine("ready", Patience, TestContext.Current.CancellationToken);
        var processes = held.Processes;
        Assert.True(processes.Count >= 3, "the shell that holds, the one it holds, and its reader");
        held.Dispose();
        Assert.True(SpinWait.SpinUntil(() => !ProcessFigures.TryReadStat(processes[0], out _), Patience));
    }

    [Fact]
    public void RequireRunning_ProgramThatFailed_SaysCodeAndLastWords()
    {
        using var held = new HeldProcess(Space, "a failure", Nothing, "sh", "-c", "echo no such thing >&2; exit 7");
        var failure = Assert.Throws<PeersException>(() => held.AwaitLine("ready", Patience, TestContext.Current.CancellationToken));
        Assert.Equal("a failure ended with code 7; its last words: no such thing", failure.Message);
    }

    [Fact]
    public void AwaitLine_ProgramThatSaysSomethingElse_GivesUp()
    {
        using var held = new HeldProcess(Space, "a talker", Nothing, "sh", "-c", "echo busy; exec sleep 1000");
        var failure = Assert.Throws<PeersException>(() => held.AwaitLine("ready", TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));
        Assert.Contains("did not say \"ready\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void New_Environment_ReachesTheProgramInItsNamespace()
    {
        using var held = new HeldProcess(Space, "a teller", new Dictionary<string, string> { ["WORD"] = "blue" }, "sh", "-c", "echo \"$WORD $(ip netns identify $$)\"; exec sleep 1000");
        held.AwaitLine($"blue {Space.Name}", Patience, TestContext.Current.CancellationToken);
        held.RequireRunning();
    }
}
