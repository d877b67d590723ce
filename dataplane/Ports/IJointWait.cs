namespace IpsecDp.Ports;

/// <summary>The wait of a port's Receive, where it can end for the packets of another port as well.</summary>
public interface IJointWait
{
    /// <summary>From now on Receive also ends, with nothing added, when packets have come to the other port or that is over; for any thread. False where the two cannot be waited for together, or one of them is disposed.</summary>
    bool TryJoin(IEntrustedPort other);

    /// <summary>Undoes <see cref="TryJoin"/>; for any thread, and harmless where nothing was joined.</summary>
    void Part(IEntrustedPort other);
}
