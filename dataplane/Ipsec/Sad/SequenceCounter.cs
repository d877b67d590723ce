namespace IpsecDp.Ipsec.Sad;

/// <summary>The outbound numbers of one SA, reserved in runs and never given twice (RFC 4303 §3.3.3); the holder's lock guards it.</summary>
public sealed class SequenceCounter(bool isExtended, ulong last = 0)
{
    private readonly ulong _maximum = isExtended ? ulong.MaxValue : uint.MaxValue;
    private ulong _last = last;

    /// <summary>The last number given.</summary>
    public ulong Last => Volatile.Read(ref _last);

    /// <summary>Whether no number is left.</summary>
    public bool IsExhausted => Last == _maximum;

    /// <summary>Whether that many numbers are left.</summary>
    public bool HasLeft(int count) => _maximum - _last >= (ulong)count;

    /// <summary>Reserves <paramref name="count"/> numbers from <paramref name="first"/> on; false when fewer are left, and none is taken.</summary>
    public bool TryReserve(int count, out ulong first)
    {
        first = _last + 1;
        // The counter must not cycle: the SA stops before (RFC 4303 §3.3.3).
        if (!HasLeft(count))
        {
            return false;
        }

        Volatile.Write(ref _last, _last + (ulong)count);
        return true;
    }
}
