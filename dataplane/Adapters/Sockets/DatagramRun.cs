namespace IpsecDp.Adapters.Sockets;

/// <summary>Datagrams to one peer that one segmented message carries: all of one size, only the last may be shorter.</summary>
internal struct DatagramRun
{
    private readonly bool _isJoinable;
    private int _segments;
    private int _octets;
    private bool _isClosed;

    /// <summary>A run of one; datagrams of more than <paramref name="largest"/> octets, which the link would fragment, are not joined.</summary>
    public DatagramRun(in OutgoingDatagram first, int largest)
    {
        First = first;
        Count = 1;
        _isJoinable = first.SegmentSize <= largest;
        _segments = first.Segments;
        _octets = first.Length;
        _isClosed = first.Length % first.SegmentSize != 0;
    }

    /// <summary>Its first datagram.</summary>
    public OutgoingDatagram First { get; }

    /// <summary>Pieces in it.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a datagram where it fits.</summary>
    public bool TryJoin(in OutgoingDatagram next, int segmentLimit, int octetLimit)
    {
        if (_isClosed || !_isJoinable || First.Segments > 1 || next.Segments > 1 || next.Length > First.SegmentSize
            || _segments + 1 > segmentLimit || _octets + next.Length > octetLimit || !First.IsLike(next))
        {
            return false;
        }

        Count++;
        _segments++;
        _octets += next.Length;
        _isClosed = next.Length < First.SegmentSize;
        return true;
    }
}
