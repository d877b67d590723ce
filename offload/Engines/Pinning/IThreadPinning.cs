namespace IpsecDp.Engines.Pinning;

/// <summary>Binds threads to processors.</summary>
public interface IThreadPinning
{
    /// <summary>The way of the operating system this runs on.</summary>
    static IThreadPinning OfThisSystem =>
        OperatingSystem.IsLinux() ? new LinuxPinning() :
        OperatingSystem.IsWindows() ? new WindowsPinning() :
        new NoPinning();

    /// <summary>Processors the calling thread may run on, ascending.</summary>
    IReadOnlyList<int> Allowed();

    /// <summary>Binds the calling thread to one processor; false where the system refuses.</summary>
    bool TryPin(int processor);

    /// <summary>Whether the calling thread, when it is woken, lets who has the processor finish; false where it is not of the scheduler's ordinary kind or the system knows no such thing.</summary>
    bool TryDefer(bool defers);

    /// <summary>Lets the calling thread run on any of these processors; false where the system refuses.</summary>
    bool TryRelease(IReadOnlyList<int> processors);
}
