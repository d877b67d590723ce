using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports;

/// <summary>The host's side of the data plane, where packets are in clear (RFC 4301's "protected interface"); one object is one queue, read by one thread.</summary>
/// <remarks>Packets are whole IP packets, single or superframes (<see cref="PacketBuffer.Segments"/>). Batch size and MTU never change during the port's life.</remarks>
public interface IClearPort : IDisposable
{
    /// <summary>The name an operator reads, as <c>tun:ipsec0/0</c>.</summary>
    string Name { get; }

    /// <summary>Largest single IP packet the host sends here, in octets.</summary>
    int Mtu { get; }

    /// <summary>Most buffers one <see cref="Receive"/> adds.</summary>
    int BatchSize { get; }

    /// <summary>Whether packets come before the host cuts what exceeds the path: then nobody but the data plane cuts those of IPv6 that their sender would have had cut.</summary>
    bool ComesBeforeFragmenting => false;

    /// <summary>Whether a packet waits to be received, where that can be told without waiting; false elsewhere. Whoever helps engines meanwhile goes back to the port then.</summary>
    bool HasWaiting => false;

    /// <summary>The port as one that can be left to another port's thread; null where it cannot.</summary>
    IEntrustedPort? Entrusted => null;

    /// <summary>Counters since creation.</summary>
    PortStats Stats { get; }

    /// <summary>Blocks until the host has sent at least one packet and adds what is waiting; false once the port is interrupted or disposed. The caller owns what it gets.</summary>
    bool Receive(PacketBatch batch);

    /// <summary>Gives packets to the host, in their order; may be called by several threads at once. The port may take buffers out of the batch (<see cref="PacketBatch.Take"/>); what stays, stays the caller's.</summary>
    void Inject(PacketBatch batch);

    /// <summary>Makes a blocked and every later <see cref="Receive"/> return false.</summary>
    void Interrupt();
}
