namespace IpsecDp.Engines.Pinning;

/// <summary>
/// The processor most of an engine's octets were lately brought from, by the majority vote of Boyer and Moore. An engine
/// without a processor of its own runs there: what it is handed lies in that processor's caches, and waking it interrupts no other.
/// </summary>
internal sealed class WorkOrigin
{
    // Where two directions bring alike, an engine that moved with each job would gain nothing and pay for moving.
    private const long MostLead = 4 << 20;

    private long _lead;

    /// <summary>The processor, or <see cref="ThreadBinding.None"/> before the first job of a bound thread.</summary>
    public int Processor { get; private set; } = ThreadBinding.None;

    /// <summary>Counts a job; true when it makes another processor the origin. A thread that is bound nowhere has no vote.</summary>
    public bool TryMove(int processor, int octets)
    {
        if (processor == ThreadBinding.None)
        {
            return false;
        }

        if (processor == Processor)
        {
            _lead = Math.Min(_lead + octets, MostLead);
            return false;
        }

        _lead -= octets;
        if (_lead >= 0)
        {
            return false;
        }

        (Processor, _lead) = (processor, -_lead);
        return true;
    }
}
