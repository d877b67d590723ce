using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters;

/// <summary>Where packets wait for a port: what its reader holds, and what the system has ready behind it.</summary>
internal interface IPacketQueue
{
    /// <summary>Whether something waits at this moment.</summary>
    bool HasWaiting { get; }

    /// <summary>Adds what waits, without waiting itself, until the batch holds <paramref name="limit"/> buffers, and none any more once it has got <paramref name="octets"/>.</summary>
    DrainResult Drain(PacketBatch batch, int limit, int octets = int.MaxValue);
}
