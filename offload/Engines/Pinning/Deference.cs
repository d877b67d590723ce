using System.Runtime.CompilerServices;

namespace IpsecDp.Engines.Pinning;

/// <summary>
/// Whether threads that share a processor with whoever wakes them let that one finish first. Where they interrupt it, it is still
/// to run when they wake the packet's receiver, and the scheduler puts that one on another processor, which may have halted. Where
/// somebody keeps the processor, however, waiting for him costs more than is gained: so it is held against how late packets are
/// received.
/// </summary>
/// <remarks>Used by one thread, and read by others. Times are milliseconds of the system's tick count.</remarks>
internal sealed class Deference
{
    // Longer than finishing takes, and than a processor takes to wake from its halt; a tick of the scheduler is a millisecond and more.
    private const long Late = 500 * TimeSpan.TicksPerMicrosecond;

    // A machine may stand still now and then, so one late packet is no reason; three among some dozen are.
    private const int Strike = 8;
    private const int Out = 3 * Strike - 2;

    // How long it takes until it is tried again.
    private const int Pause = 10_000;

    private int _strikes;
    private long _offUntil = long.MinValue;

    /// <summary>Whether to let others finish.</summary>
    public bool IsOn(long now) => now >= Volatile.Read(ref _offUntil);

    /// <summary>Counts a packet by how long after its arrival it was received, while it is on.</summary>
    /// <remarks>Compiled with its caller, which the first packet needs: by itself it would be with a later one waiting.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Count(TimeSpan lateness, long now)
    {
        if (!IsOn(now))
        {
            return;
        }

        _strikes = lateness.Ticks > Late ? _strikes + Strike : Math.Max(0, _strikes - 1);
        if (_strikes >= Out)
        {
            _strikes = 0;
            Volatile.Write(ref _offUntil, now + Pause);
        }
    }
}
