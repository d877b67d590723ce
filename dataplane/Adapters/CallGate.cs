namespace IpsecDp.Adapters;

/// <summary>Counts the calls inside a port, so that what they use is freed when it is closed and the last of them has left.</summary>
internal sealed class CallGate(Action release)
{
    private const int ClosedBit = 1 << 30;
    private int _state;
    private int _isReleased;

    /// <summary>Whether the call may go on; every true is followed by one <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if ((Interlocked.Increment(ref _state) & ClosedBit) == 0)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>Ends a call.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _state) == ClosedBit)
        {
            Release();
        }
    }

    /// <summary>Lets no further call in; a second time is harmless.</summary>
    public void Close()
    {
        if (Interlocked.Or(ref _state, ClosedBit) == 0)
        {
            Release();
        }
    }

    // A refused TryEnter after the release comes past zero again.
    private void Release()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            release();
        }
    }
}
