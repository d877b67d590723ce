namespace IpsecDp.Engines.Sleep;

/// <summary>A word of memory that a thread can sleep on while it holds a value.</summary>
internal sealed class WaitWord
{
    // A cache line: who looks at it and who rings must not wait for a neighbour's word.
    private const int Words = 16;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(1);

    // Pinned, for the system knows sleepers by the word's address.
    private readonly int[] _line = GC.AllocateArray<int>(Words, pinned: true);

    public ref int Value => ref _line[0];

    /// <summary>Sleeps while the word holds the value; it may return sooner, so ask again.</summary>
    public void WaitWhile(int value)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxFutex.Wait(ref Value, value);
        }
        else if (OperatingSystem.IsWindows())
        {
            WindowsAddress.Wait(ref Value, value);
        }
        else
        {
            Thread.Sleep(LookAgain);
        }
    }

    /// <summary>The same, at most so long; less than a millisecond only where the system can.</summary>
    public void WaitWhile(int value, TimeSpan patience)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxFutex.Wait(ref Value, value, patience);
        }
        else if (OperatingSystem.IsWindows())
        {
            WindowsAddress.Wait(ref Value, value, patience);
        }
        else
        {
            Thread.Sleep(LookAgain);
        }
    }

    /// <summary>Wakes one sleeper; the word was changed before.</summary>
    public void Wake()
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxFutex.Wake(ref Value);
        }
        else if (OperatingSystem.IsWindows())
        {
            WindowsAddress.Wake(ref Value);
        }
    }

    /// <summary>Wakes all sleepers; the word was changed before.</summary>
    public void WakeAll()
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxFutex.WakeAll(ref Value);
        }
        else if (OperatingSystem.IsWindows())
        {
            WindowsAddress.WakeAll(ref Value);
        }
    }
}
