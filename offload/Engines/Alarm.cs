namespace IpsecDp.Engines;

/// <summary>Wakes one sleeping thread; a ring before the sleep is kept.</summary>
internal sealed class Alarm
{
    private readonly object _gate = new();
    private bool _rung;

    public void Ring()
    {
        lock (_gate)
        {
            _rung = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Sleeps until it rings.</summary>
    public void Sleep()
    {
        lock (_gate)
        {
            while (!_rung)
            {
                Monitor.Wait(_gate);
            }

            _rung = false;
        }
    }
}
