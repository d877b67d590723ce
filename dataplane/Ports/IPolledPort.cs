using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports;

/// <summary>A port that can be asked without waiting, so that one thread serves several of them, the most important packet first.</summary>
/// <remarks>All but <see cref="Watch"/> is for the thread that serves it; whoever serves a port in this way does not call its Receive.</remarks>
public interface IPolledPort
{
    /// <summary>The IP precedence of the most important packet that waits, 0 where the port does not tell them apart, -1 when none waits.</summary>
    int Waiting { get; }

    /// <summary>Whether it was interrupted or disposed and gives no more packets.</summary>
    bool IsOver { get; }

    /// <summary>Adds what waits without waiting itself, the most important first: packets of precedence 0 and higher ones are not mixed, so that the higher ones are admitted before the others are. False when nothing was added; the caller owns what it gets.</summary>
    bool TryReceive(PacketBatch batch);

    /// <summary>Gives the port the bell to ring when a packet has come or it is over; once, before it is served.</summary>
    void Watch(PortBell bell);

    /// <summary>Where packets come without a ring: lets a moment pass until the next look pays, and says so. False where the bell can be waited for.</summary>
    bool TryPause() => false;
}
