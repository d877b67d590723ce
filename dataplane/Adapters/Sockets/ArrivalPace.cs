using System.Diagnostics;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Lets packets gather in a socket while many octets come: a raw socket wakes its receiver for every packet, and what is received one by one is joined to nothing.</summary>
/// <remarks>
/// As network cards hold their interrupts back (ethtool(8), rx-usecs), a receive begins no sooner than an interval after the one before.
/// Never held are what comes after a pause, a receive that was left some, and traffic of small packets alone, which are mostly questions and answers; among bulk they wait with it.
/// </remarks>
internal struct ArrivalPace
{
    // A few full packets an interval: fewer are not worth the wait, and each of them is one more wake-up at most.
    private const double LeastOctets = 12_000;

    private readonly long _interval;
    private long _windowFrom;
    private long _octets;
    private long _latest;
    private bool _isBulk;
    private bool _isLeftSome;

    /// <summary>An interval of zero holds nothing back.</summary>
    public ArrivalPace(TimeSpan interval) => _interval = (long)(interval.TotalSeconds * Stopwatch.Frequency);

    /// <summary>How long the receive that would begin at a time stamp is to wait, in ticks of the stopwatch.</summary>
    public long Hold(long now)
    {
        var elapsed = now - _windowFrom;
        if (elapsed >= _interval)
        {
            _isBulk = _octets * (double)_interval > LeastOctets * elapsed;
            (_windowFrom, _octets) = (now, 0);
        }

        var held = _isBulk && !_isLeftSome ? Math.Max(0, _latest + _interval - now) : 0;
        _latest = now + held;
        return held;
    }

    /// <summary>Counts what the receive brought, and whether more is waiting.</summary>
    public void Count(long octets, bool isLeftSome)
    {
        _octets += octets;
        _isLeftSome = isLeftSome;
    }
}
