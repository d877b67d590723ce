namespace IpsecDp.Ipsec.Spd;

/// <summary>How many hits of one rule are told: a few a second, because a sender chooses how many there are; the others are counted. Written by any thread.</summary>
public sealed class HitLimiter
{
    /// <summary>Hits told in a second.</summary>
    public const int MostASecond = 10;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private long _windowFrom = long.MinValue;
    private int _told;
    private long _suppressed;

    /// <summary>Whether a hit of so many packets is told; those that are not are counted.</summary>
    public bool TryTell(int packets, TimeProvider time)
    {
        var now = time.GetTimestamp();
        var from = Volatile.Read(ref _windowFrom);
        if ((from == long.MinValue || time.GetElapsedTime(from, now) >= Window) && Interlocked.CompareExchange(ref _windowFrom, now, from) == from)
        {
            Volatile.Write(ref _told, 0);
        }

        // Read first, so that a flood does not carry the count around.
        if (Volatile.Read(ref _told) < MostASecond && Interlocked.Increment(ref _told) <= MostASecond)
        {
            return true;
        }

        Interlocked.Add(ref _suppressed, packets);
        return false;
    }

    /// <summary>Packets that were not told since the last call.</summary>
    public long TakeSuppressed() => Volatile.Read(ref _suppressed) == 0 ? 0 : Interlocked.Exchange(ref _suppressed, 0);
}
