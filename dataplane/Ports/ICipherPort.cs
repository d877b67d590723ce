using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports;

/// <summary>The network's side of the data plane, where packets are ESP or AH; one object is one queue, read by one thread.</summary>
/// <remarks>Packets are whole IP packets: a port whose socket carries only the UDP payload writes the IP and UDP header it stands for in front of what it received, and reads addresses, ports and TOS from the header of what it sends.</remarks>
public interface ICipherPort : IDisposable
{
    /// <summary>The name an operator reads, as <c>udp:4500</c>.</summary>
    string Name { get; }

    /// <summary>Largest IP packet the link carries unfragmented, in octets.</summary>
    int Mtu { get; }

    /// <summary>Most buffers one <see cref="Receive"/> adds.</summary>
    int BatchSize { get; }

    /// <summary>Whether packets over the MTU are cut by the port's own socket, which carries no fragments made here.</summary>
    bool FragmentsItself => false;

    /// <summary>Whether a packet waits to be received, where that can be told without waiting; false elsewhere. Whoever helps engines meanwhile goes back to the port then.</summary>
    bool HasWaiting => false;

    /// <summary>The arrival of the latest packet that <see cref="Receive"/> gave; null where the port cannot tell, and where all that came was about packets and none itself. For the thread that receives.</summary>
    PacketArrival? LatestArrival => null;

    /// <summary>The wait of <see cref="Receive"/>, where it can end for another port's packets too; null elsewhere.</summary>
    IJointWait? JointWait => null;

    /// <summary>Counters since creation.</summary>
    PortStats Stats { get; }

    /// <summary>Blocks until at least one packet arrived and adds what is waiting, or adds nothing where packets came to a port that was joined to its wait (<see cref="JointWait"/>); false once the port is interrupted or disposed. The caller owns what it gets.</summary>
    bool Receive(PacketBatch batch);

    /// <summary>Sends protected packets in their order; may be called by several threads at once. The port may take buffers out of the batch; what stays, stays the caller's.</summary>
    void Send(PacketBatch batch);

    /// <summary>Sends packets that policy lets through in clear; the same rules as <see cref="Send"/>. A port that cannot carry them counts each as <see cref="PortStats.SendFailures"/>.</summary>
    void Pass(PacketBatch batch);

    /// <summary>Makes a blocked and every later <see cref="Receive"/> return false.</summary>
    void Interrupt();
}
