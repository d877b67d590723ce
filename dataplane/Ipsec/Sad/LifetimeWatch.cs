namespace IpsecDp.Ipsec.Sad;

/// <summary>Says once when an SA passes its soft and its hard limit; one writer at a time.</summary>
public sealed class LifetimeWatch(SaLifetime lifetime, TimeProvider time)
{
    private readonly long _bornAt = time.GetTimestamp();
    private readonly bool _isAging = lifetime.SoftAge < TimeSpan.MaxValue || lifetime.HardAge < TimeSpan.MaxValue;
    private int _stage;

    /// <summary>What a look found out for the first time.</summary>
    public enum Event
    {
        /// <summary>Nothing happened.</summary>
        None,

        /// <summary>A soft limit was passed: control should replace the SA.</summary>
        Soft,

        /// <summary>A hard limit was passed: the SA stops.</summary>
        Hard,
    }

    /// <summary>Whether a hard limit was passed.</summary>
    public bool IsExpired => Volatile.Read(ref _stage) == 2;

    /// <summary>Whether packets and octets on top of what was carried stay within the hard limits.</summary>
    public bool Allows(ulong packets, ulong bytes) => !IsExpired && packets <= lifetime.HardPackets && bytes <= lifetime.HardBytes;

    /// <summary>Looks at all limits; each event is returned by one call only.</summary>
    public Event Look(ulong packets, ulong bytes)
    {
        var age = _isAging ? time.GetElapsedTime(_bornAt) : TimeSpan.Zero;
        if (packets >= lifetime.HardPackets || bytes >= lifetime.HardBytes || age >= lifetime.HardAge)
        {
            return Interlocked.Exchange(ref _stage, 2) == 2 ? Event.None : Event.Hard;
        }

        if (packets >= lifetime.SoftPackets || bytes >= lifetime.SoftBytes || age >= lifetime.SoftAge)
        {
            return Interlocked.CompareExchange(ref _stage, 1, 0) == 0 ? Event.Soft : Event.None;
        }

        return Event.None;
    }

    /// <summary>Stops the SA for another reason (its numbers are used up); <see cref="Event.Hard"/> the first time.</summary>
    public Event Exhaust() => Interlocked.Exchange(ref _stage, 2) == 2 ? Event.None : Event.Hard;
}
