namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>What the kernel counts about a capture's queues.</summary>
/// <param name="Waiting">Packets held for an answer at this moment.</param>
/// <param name="QueueFull">Packets lost because a queue held as many as it may.</param>
/// <param name="SocketFull">Packets lost because the socket's buffer had no room.</param>
public readonly record struct QueueLosses(long Waiting, long QueueFull, long SocketFull)
{
    /// <summary>Packets lost in all.</summary>
    public long Lost => QueueFull + SocketFull;
}
