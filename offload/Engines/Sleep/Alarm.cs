namespace IpsecDp.Engines.Sleep;

/// <summary>Wakes one sleeping thread; a ring before the sleep is kept. One system call either side: whoever waits in a Monitor is woken while its lock is still held and sleeps again for that, which costs four times as much.</summary>
internal sealed class Alarm
{
    private const int Silent = 0;
    private const int Rung = 1;

    private readonly WaitWord _word = new();

    public void Ring()
    {
        Volatile.Write(ref _word.Value, Rung);
        _word.Wake();
    }

    /// <summary>Sleeps until it rings.</summary>
    public void Sleep()
    {
        while (Interlocked.Exchange(ref _word.Value, Silent) == Silent)
        {
            _word.WaitWhile(Silent);
        }
    }
}
