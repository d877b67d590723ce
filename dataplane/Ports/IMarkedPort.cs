using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports;

/// <summary>A port at which packets marked above routine (IP precedence) wait apart from the rest: whoever receives gets them first, and its thread can take them alone.</summary>
/// <remarks>For the thread that serves the port.</remarks>
public interface IMarkedPort
{
    /// <summary>Whether it does so: not where it was not asked to, or the system did not grant marked packets a place of their own. Never changes.</summary>
    bool KeepsMarkedApart { get; }

    /// <summary>Whether a marked packet waits; false once the port is interrupted or disposed.</summary>
    bool HasMarked { get; }

    /// <summary>Adds marked packets that wait without waiting itself; false when none was added. The caller owns what it gets.</summary>
    bool TryReceiveMarked(PacketBatch batch);
}
