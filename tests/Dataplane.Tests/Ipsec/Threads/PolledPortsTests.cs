using IpsecDp.Ipsec;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ipsec.Threads;

public sealed class PolledPortsTests
{
    private readonly Dictionary<string, int> _waiting = new() { ["a"] = -1, ["b"] = -1, ["c"] = -1 };
    private readonly Dictionary<string, ScriptedPort> _ports = [];
    private readonly PacketBatch _batch = new();
    private readonly PolledPorts _polled;

    public PolledPortsTests()
    {
        foreach (var name in _waiting.Keys.ToArray())
        {
            _ports[name] = new ScriptedPort(name) { Precedence = () => _waiting[name], OnReceive = _ => Take(name) };
        }

        _polled = new PolledPorts([.. _ports.Values.Select(port => new LinePort(port.Name, 0, port.BatchSize, port.Receive, static () => false, static _ => { }, port))]);
    }

    [Fact]
    public void Receive_MarkedAtAnother_IsServedBeforeRoutine()
    {
        (_waiting["a"], _waiting["c"]) = (0, 4);

        Assert.Equal(["c", "a"], Served(2));
    }

    [Fact]
    public void Receive_HigherMark_IsServedBeforeALower()
    {
        (_waiting["a"], _waiting["b"], _waiting["c"]) = (4, 6, 1);

        Assert.Equal(["b", "a", "c"], Served(3));
    }

    [Fact]
    public void Receive_Equals_AreServedInTurns()
    {
        foreach (var port in _ports.Values)
        {
            port.OnReceive = static _ => true;
            _waiting[port.Name] = 0;
        }

        var served = Served(6);
        Assert.Equal(served[..3], served[3..]);
        Assert.Equal(["a", "b", "c"], served[..3].Order());
    }

    [Fact]
    public void AnyCalls_RoutineAlone_No()
    {
        _waiting["a"] = 0;
        Assert.False(_polled.AnyCalls);
        _waiting["b"] = 1;
        Assert.True(_polled.AnyCalls);
        _ports["b"].Interrupt();
        Assert.False(_polled.AnyCalls);
    }

    [Fact]
    public void Receive_OneIsOver_ServesTheOthers()
    {
        (_waiting["a"], _waiting["b"]) = (6, 0);
        _ports["a"].Interrupt();

        Assert.Equal(["b"], Served(1));
    }

    [Fact]
    public void Receive_AllAreOver_Ends()
    {
        foreach (var port in _ports.Values)
        {
            port.Interrupt();
        }

        Assert.Null(_polled.Receive(_batch));
    }

    [Fact]
    public void Receive_NothingWaits_SleepsUntilAPortRings()
    {
        using var server = new TestThread("server", () => Assert.Equal("b", _polled.Receive(_batch)?.Name));
        server.AwaitSleep();
        _waiting["b"] = 0;
        _ports["b"].Ring();
        server.Join();
    }

    [Fact]
    public void Receive_Asleep_EndsWhenTheLastIsInterrupted()
    {
        using var server = new TestThread("server", () => Assert.Null(_polled.Receive(_batch)));
        server.AwaitSleep();
        foreach (var port in _ports.Values)
        {
            port.Interrupt();
        }

        server.Join();
    }

    private string[] Served(int count) => [.. Enumerable.Range(0, count).Select(_ => _polled.Receive(_batch)!.Name)];

    private bool Take(string name)
    {
        _waiting[name] = -1;
        return true;
    }
}
