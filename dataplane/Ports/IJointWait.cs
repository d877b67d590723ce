namespace IpsecDp.Ports;

/// <summary>The wait of a port's Receive, where it can end for the packets of another port as well.</summary>
public interface IJointWait
{
    /// <summary>From now on Receive also ends, with nothing added, when packets have come to the other port or that is over; for any thread. False where the two cannot be waited for together, or one of them is disposed.</summary>
    bool TryJoin(IEntrustedPort other);

    /// <summary>Undoes <see cref="TryJoin"/>; for any thread, and harmless where nothing was joined.</summary>
    void Part(IEntrustedPort other);

    /// <summary>What the waiting thread does every other millisecond of a wait, while another port is joined and packets come one by one; null for nothing. Set by that thread; it must be short and must not throw.</summary>
    Action? Meanwhile { get; set; }
}
