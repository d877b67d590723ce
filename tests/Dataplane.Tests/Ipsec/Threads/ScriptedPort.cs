using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace Dataplane.Tests.Ipsec.Threads;

/// <summary>Both kinds of port, served by polling: what waits at it is what the test says.</summary>
internal sealed class ScriptedPort(string name) : IClearPort, ICipherPort, IPolledPort
{
    private PortBell? _bell;
    private volatile bool _isOver;

    public string Name => name;

    public int Mtu => 1500;

    public int BatchSize => PacketBatch.DefaultCapacity;

    public PortStats Stats => default;

    /// <summary>What waits, asked each time.</summary>
    public Func<int> Precedence { get; set; } = static () => -1;

    /// <summary>What a receive does besides; true where it brought something.</summary>
    public Func<PacketBatch, bool> OnReceive { get; set; } = static _ => false;

    public int Waiting => Precedence();

    public bool IsOver => _isOver;

    public bool TryReceive(PacketBatch batch) => OnReceive(batch);

    public void Watch(PortBell bell) => _bell = bell;

    public bool Receive(PacketBatch batch) => throw new InvalidOperationException("a polled port is not waited for");

    public void Inject(PacketBatch batch) => batch.Clear();

    public void Send(PacketBatch batch) => batch.Clear();

    public void Pass(PacketBatch batch) => batch.Clear();

    public void Ring() => _bell?.Ring();

    public void Interrupt()
    {
        _isOver = true;
        Ring();
    }

    public void Dispose() => Interrupt();
}
