namespace IpsecDp.Adapters.Windows;

/// <summary>How many packets the driver has probably dropped from its full or overdue queue, which it tells nobody: read off the holes between capture times.</summary>
/// <remarks>The driver drops its oldest packets. So a hole between the last packet of one reading and the first of the next means a loss only if that first packet has itself waited as long as a full queue, or the queue's life, lasts. The hole's length by the mean time between packets is the estimate.</remarks>
internal sealed class LossEstimate(int queuePackets, long queueOctets, long lifeTicks)
{
    // What the driver counts beside a packet's octets.
    private const int NoteOctets = 60;

    // Nearly full is full: the reading itself has taken some out.
    private const double Nearly = 0.75;

    // Shorter holes are the traffic's own unevenness.
    private const double LeastHole = 4;

    // Of the latest reading in the running means.
    private const double Weight = 0.25;

    private long _last;
    private double _meanTicks;
    private double _meanOctets;
    private double _lost;

    /// <summary>Packets estimated lost since opening.</summary>
    public long Lost => (long)Volatile.Read(ref _lost);

    /// <summary>Takes a reading into account.</summary>
    /// <param name="first">Capture time of its first packet, in ticks.</param>
    /// <param name="last">Of its last.</param>
    /// <param name="count">Packets in it.</param>
    /// <param name="octets">Octets of them.</param>
    /// <param name="readAt">When it was read, in ticks.</param>
    public void Note(long first, long last, int count, long octets, long readAt)
    {
        var isTelling = count > 1 && last > first;
        var (ticks, mean) = isTelling ? ((double)(last - first) / (count - 1), (double)octets / count) : (0, 0);
        if (isTelling && _meanTicks == 0)
        {
            (_meanTicks, _meanOctets) = (ticks, mean);
        }

        if (_last != 0 && _meanTicks > 0)
        {
            Compare(first - _last, readAt - first);
        }

        if (isTelling)
        {
            _meanTicks += (ticks - _meanTicks) * Weight;
            _meanOctets += (mean - _meanOctets) * Weight;
        }

        _last = last;
    }

    private void Compare(long hole, long waited)
    {
        var capacity = Math.Min(queuePackets, queueOctets / (_meanOctets + NoteOctets));
        var isFull = waited >= Nearly * capacity * _meanTicks || waited >= Nearly * lifeTicks;
        if (isFull && hole > LeastHole * _meanTicks)
        {
            Volatile.Write(ref _lost, _lost + (hole / _meanTicks) - 1);
        }
    }
}
