using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.Children;

namespace IpsecDp.Ike.V2.Followups;

/// <summary>The series of a peer that wait for their next IKE_FOLLOWUP_KE, few and for a while.</summary>
internal sealed class SeriesTable
{
    // RFC 9370 §2.2.4 thinks of 5 to 20 s; the repetitions of a peer at 2, 6, 14 and 30 s still find what they ask for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private const int Most = 4;
    private const int LinkLength = 16;

    private readonly List<AwaitedSeries> _series = [];

    /// <summary>When the first of them is forgotten; null without any.</summary>
    public DateTimeOffset? WakeAt
    {
        get
        {
            DateTimeOffset? earliest = null;
            foreach (var series in _series)
            {
                earliest = ChildTable.Earlier(earliest, series.Until);
            }

            return earliest;
        }
    }

    /// <summary>The successor of the IKE SA the peer is about to make; null without one.</summary>
    public AwaitedIkeSa? IkeSa => _series.OfType<AwaitedIkeSa>().FirstOrDefault();

    /// <summary>Waits for the next exchange of a series; the payload names it in the answer.</summary>
    public NotifyPayload Await(AwaitedSeries series, in IkeTurn turn)
    {
        if (_series.Count >= Most)
        {
            _series[0].Dispose();
            _series.RemoveAt(0);
        }

        series.Link = Dice.Octets(turn.Entropy, LinkLength);
        series.Until = turn.Now + Patience;
        _series.Add(series);
        return new(NotifyType.AdditionalKeyExchange, series.Link);
    }

    /// <summary>Takes out the series a request names; null for one not known here.</summary>
    public AwaitedSeries? Take(IkeSaV2 sa, Octets link)
    {
        var found = _series.Find(series => series.Sa == sa && series.Link == link);
        if (found is not null)
        {
            _series.Remove(found);
        }

        return found;
    }

    /// <summary>Drops a series: the peer asked anew, or lost a collision and does not go on; null drops none.</summary>
    public void Drop(AwaitedSeries? series)
    {
        if (series is not null && _series.Remove(series))
        {
            series.Dispose();
        }
    }

    /// <summary>Forgets what the peer did not go on with.</summary>
    public void Expire(in IkeTurn turn)
    {
        foreach (var series in _series.ToArray())
        {
            if (series.Until <= turn.Now)
            {
                Drop(series);
                series.Expire(turn);
            }
        }
    }

    /// <summary>Drops all.</summary>
    public void Clear()
    {
        foreach (var series in _series)
        {
            series.Dispose();
        }

        _series.Clear();
    }
}
