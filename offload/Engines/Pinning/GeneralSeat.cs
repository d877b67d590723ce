namespace IpsecDp.Engines.Pinning;

/// <summary>The processor of one general thread, which alone uses it: its own, or where the <see cref="Gathering"/> is.</summary>
public sealed class GeneralSeat
{
    // Milliseconds.
    private const int Window = 16;

    // Octets that take as long as what a batch costs whatever is in it.
    private const int BatchOctets = 16 << 10;

    // A quarter of a gigabit a second, or a tenth of a processor: below it two ends of a conversation, either with two threads, do not fill one.
    private const int MostQuietOctets = 32 * BatchOctets;

    private readonly Gathering _gathering;
    private readonly IThreadPinning _pinning;
    private readonly IReadOnlyList<int> _allowed;
    private readonly int _own;
    private int _at;
    private bool _isAskedToDefer;
    private bool _defers;
    private long _windowFrom;
    private long _octets;

    /// <summary>Sits the calling thread on its own processor, or where <paramref name="own"/> is null, wherever the scheduler puts it.</summary>
    public GeneralSeat(Gathering gathering, IThreadPinning pinning, int? own)
    {
        ArgumentNullException.ThrowIfNull(pinning);
        (_gathering, _pinning, _own) = (gathering, pinning, own ?? ThreadBinding.None);
        _allowed = pinning.Allowed();
        _at = ThreadBinding.None;
        Move(_own);
    }

    /// <summary>Whether it is where the <see cref="Gathering"/> is, as of the latest batch.</summary>
    public bool IsGathered { get; private set; }

    /// <summary>Goes once through what is done between packets later, before the first of them: otherwise the compiler and the binder of system calls do their part while one waits, up to two milliseconds of it.</summary>
    public void Rehearse()
    {
        var place = _gathering.Somewhere;
        Move(_gathering.IsOffered(place) ? place : _own);
        Defer(true);
        Defer(false);
        Move(_own);
    }

    /// <summary>Counts the octets of a batch received at a time, in milliseconds of the system's tick count, and moves the thread where it now belongs.</summary>
    public void Take(long octets, long now)
    {
        if (now - _windowFrom >= Window)
        {
            (_windowFrom, _octets) = (now, 0);
        }

        _octets += BatchOctets + octets;
        if (_octets > MostQuietOctets)
        {
            _gathering.Part(now);
        }

        var place = _gathering.At(now);
        IsGathered = place != ThreadBinding.None;
        Move(IsGathered ? place : _own);
        Defer(IsGathered && _gathering.Defers(now));
    }

    /// <summary>The same for a batch whose latest packet arrived on a processor, so long before it was received.</summary>
    public void Take(long octets, int arrivedOn, TimeSpan lateness, long now)
    {
        _gathering.Arrive(arrivedOn, lateness, now);
        Take(octets, now);
    }

    private void Move(int place)
    {
        if (place == _at)
        {
            return;
        }

        // A refusal costs speed and nothing else, and what was refused once would be again.
        _at = place;
        _ = place == ThreadBinding.None ? _pinning.TryRelease(_allowed) : _pinning.TryPin(place);
    }

    private void Defer(bool defers)
    {
        if (defers == _isAskedToDefer)
        {
            return;
        }

        // A thread that was of that kind before stays so: only what was done here is undone.
        _isAskedToDefer = defers;
        _defers = defers ? _pinning.TryDefer(true) : _defers && !_pinning.TryDefer(false);
    }
}
