namespace IpsecDp.Ike.V2.Limits;

/// <summary>How many replies outside of any SA leave in a second, so that nobody makes this host answer for him (RFC 7296 §2.21.4).</summary>
internal sealed class ReplyLimiter
{
    private DateTimeOffset _second;
    private int _used;

    /// <summary>Whether one more may leave.</summary>
    public bool TryTake(int most, DateTimeOffset now)
    {
        if (now - _second >= TimeSpan.FromSeconds(1) || now < _second)
        {
            (_second, _used) = (now, 0);
        }

        return _used++ < most;
    }
}
