using IpsecDp.Ike.Models;

namespace IpsecDp.Ike.V2.Redirections;

/// <summary>Redirections followed of late, by connection: MAX_REDIRECTS within REDIRECT_LOOP_DETECT_PERIOD (RFC 5685 §7).</summary>
internal sealed class RedirectCount
{
    private readonly Dictionary<string, List<DateTimeOffset>> _followed = new(StringComparer.Ordinal);

    /// <summary>Whether one more may be followed; it is counted.</summary>
    public bool TryTake(string connection, LimitsModel limits, DateTimeOffset now)
    {
        if (!_followed.TryGetValue(connection, out var times))
        {
            _followed.Add(connection, times = []);
        }

        times.RemoveAll(time => time + limits.RedirectPeriod <= now);
        if (times.Count >= limits.Redirects)
        {
            return false;
        }

        times.Add(now);
        return true;
    }
}
