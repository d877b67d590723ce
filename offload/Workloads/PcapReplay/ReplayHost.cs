using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Workloads.PcapReplay;

/// <summary>One host of a capture file played between two: sends its packets, compares what arrives with what the other host has in the same script.</summary>
/// <remarks>Captured packets carry no stamp of ours, so latency is not measured and a damaged packet is told from a stranger only by its addresses.</remarks>
public sealed class ReplayHost : IWorkload
{
    private readonly ReplayScript _script;
    private readonly ReplayPacket[] _own;
    private readonly ReplayArrivals _arrivals;
    private readonly ClassLedger _books;
    private long _sent;
    private long _startedAt = long.MinValue;
    private volatile bool _isDraining;

    /// <summary>Builds one host's part of a script.</summary>
    public ReplayHost(ReplayScript script, HostSide side)
    {
        ArgumentNullException.ThrowIfNull(script);
        _script = script;
        _books = Ledger.Of(TrafficClass.Replay);
        var own = new List<ReplayPacket>();
        foreach (var packet in script.Packets)
        {
            if (packet.Sender == side)
            {
                own.Add(packet);
            }

            MaximumPacketLength = Math.Max(MaximumPacketLength, packet.Length);
        }

        _own = [.. own];
        _arrivals = new(script, side);
    }

    /// <inheritdoc/>
    public int MaximumPacketLength { get; }

    /// <inheritdoc/>
    public long NextDue { get; private set; }

    /// <inheritdoc/>
    public bool IsQuiet => _isDraining || IsPlayed;

    /// <summary>Whether every lap has been sent.</summary>
    public bool IsPlayed => _sent >= (long)_own.Length * _script.Model.Laps;

    /// <inheritdoc/>
    public HostLedger Ledger { get; } = new();

    /// <inheritdoc/>
    public int TryWriteNext(Span<byte> packet, long now, out FlowTag tag)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(packet.Length, MaximumPacketLength);
        tag = default;
        _startedAt = _startedAt == long.MinValue ? now : _startedAt;
        if (IsQuiet)
        {
            NextDue = long.MaxValue;
            return 0;
        }

        var lap = _sent / _own.Length;
        var next = _own[_sent % _own.Length];
        NextDue = _script.Model.IsPaced ? DueAt(next, lap) : now;
        if (now < NextDue)
        {
            return 0;
        }

        _script.OctetsOf(next).CopyTo(packet);
        tag = new(TrafficClass.Replay, 0, _sent);
        _sent++;
        _books.BookOffered(1, next.Length);
        return next.Length;
    }

    /// <inheritdoc/>
    public ArrivalVerdict Receive(Span<byte> packet, long now, bool isChecksumMissing = false)
    {
        var verdict = _arrivals.Judge(packet);
        return verdict == ArrivalVerdict.Unknown ? Ledger.BookUnknown() : _books.Book(verdict, packet.Length);
    }

    /// <inheritdoc/>
    public void Drain() => _isDraining = true;

    // The pause between two laps is the pause of one packet, as the file tells of none.
    private long DueAt(ReplayPacket packet, long lap)
    {
        var length = _script.Packets[^1].At + (_script.Packets[^1].At / Math.Max(1, _script.Count - 1));
        return _startedAt + (long)((packet.At + (lap * (double)length)) / 1e9 * _script.Model.TicksPerSecond);
    }
}
