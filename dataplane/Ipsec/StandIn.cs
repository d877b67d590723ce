using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec;

/// <summary>
/// One thread for both directions while little comes: the clear port's thread leaves its port to the cipher port's, whose wait
/// ends for either, and rests until it gets it back. A packet that is answered at once then wakes one thread and not two,
/// and finds in the cache what the packet before it left there, whichever way that went.
/// </summary>
/// <remarks>Either thread calls what is meant for it; the port belongs to one of them at any time, and what its packets need in order is handed on with it.</remarks>
internal sealed class StandIn(LinePort left, IJointWait wait) : IDisposable
{
    private const int IsKept = 0;
    private const int IsLeft = 1;
    private const int IsOver = 2;

    private readonly IEntrustedPort _port = left.Entrusted!;
    private readonly SemaphoreSlim _return = new(0);
    private int _state;

    /// <summary>The port that is left, one that can be entrusted.</summary>
    public LinePort Left => left;

    /// <summary>Whether the port is left to the thread that stands in.</summary>
    public bool IsOnDuty => Volatile.Read(ref _state) == IsLeft;

    /// <summary>For the thread the port belongs to: whether the port holds packets for which no wait ends.</summary>
    public bool HoldsMore => _port.HoldsMore;

    /// <summary>For the port's own thread: leaves the port and returns when it is its own again; at once where nobody can stand in, or where a wait would not end for all it has.</summary>
    public void Rest()
    {
        if (HoldsMore || Volatile.Read(ref _state) == IsOver)
        {
            return;
        }

        // Joined before it is left: a wait that ends in between ends in vain, and nothing is missed.
        if (!wait.TryJoin(_port))
        {
            Volatile.Write(ref _state, IsOver);
            return;
        }

        if (Interlocked.CompareExchange(ref _state, IsLeft, IsKept) == IsKept)
        {
            _return.Wait();
        }
        else
        {
            wait.Part(_port);
        }
    }

    /// <summary>For the thread that stands in: what it does now and then in a wait for both.</summary>
    public Action? Meanwhile { set => wait.Meanwhile = value; }

    /// <summary>For the thread that stands in: adds what waits at the port; false when nothing was added.</summary>
    public bool TryReceive(PacketBatch batch) => _port.TryReceive(batch);

    /// <summary>For the thread that stands in, with nothing of the port in its hands: gives it back.</summary>
    public void GiveBack() => Hand(IsKept);

    /// <summary>The same for good.</summary>
    public void End() => Hand(IsOver);

    public void Dispose() => _return.Dispose();

    private void Hand(int next)
    {
        wait.Part(_port);
        if (Interlocked.Exchange(ref _state, next) == IsLeft)
        {
            _return.Release();
        }
    }
}
