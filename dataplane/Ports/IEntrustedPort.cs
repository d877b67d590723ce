using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports;

/// <summary>A port whose thread may leave it to the thread of another port, which waits for the packets of both (<see cref="IJointWait"/>).</summary>
/// <remarks>For the thread it is left to; its own thread does not receive meanwhile.</remarks>
public interface IEntrustedPort
{
    /// <summary>Whether it holds packets for which no wait ends: it has to be received from again.</summary>
    bool HoldsMore { get; }

    /// <summary>Adds what waits without waiting itself; false when nothing was added, because nothing came, buffers are short or the port is over, which are the affair of its own thread. The caller owns what it gets.</summary>
    bool TryReceive(PacketBatch batch);
}
