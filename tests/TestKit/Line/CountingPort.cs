using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.TestKit.Line;

/// <summary>Both kinds of port at once, for a line driven step by step over very many packets: it counts what it is given and keeps nothing.</summary>
public sealed class CountingPort(int mtu) : IClearPort, ICipherPort
{
    /// <inheritdoc cref="IClearPort.Name"/>
    public string Name => "counting";

    /// <inheritdoc cref="IClearPort.Mtu"/>
    public int Mtu => mtu;

    /// <inheritdoc cref="IClearPort.BatchSize"/>
    public int BatchSize => PacketBatch.DefaultCapacity;

    /// <inheritdoc cref="IClearPort.Stats"/>
    public PortStats Stats => default;

    /// <summary>Packets given so far.</summary>
    public long Given { get; private set; }

    /// <summary>Octets of the longest packet given so far.</summary>
    public int Longest { get; private set; }

    /// <inheritdoc cref="IClearPort.Receive"/>
    public bool Receive(PacketBatch batch) => false;

    /// <inheritdoc/>
    public void Inject(PacketBatch batch) => Count(batch);

    /// <inheritdoc/>
    public void Send(PacketBatch batch) => Count(batch);

    /// <inheritdoc/>
    public void Pass(PacketBatch batch) => Count(batch);

    /// <inheritdoc cref="IClearPort.Interrupt"/>
    public void Interrupt()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Count(PacketBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is { } packet)
            {
                Given++;
                Longest = Math.Max(Longest, packet.Length);
            }
        }
    }
}
