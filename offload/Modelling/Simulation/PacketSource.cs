namespace IpsecDp.Modelling.Simulation;

/// <summary>What arrives at one general processor: a share of each stream, made when the processor looks and not by an event each.</summary>
internal sealed class PacketSource
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly OfferedStream[] _streams;
    private readonly int[][] _lanes;
    private readonly int[][] _octets;
    private readonly double[] _gap;
    private readonly double[][] _traces;
    private readonly int[] _traceAt;
    private readonly int[] _burstLeft;
    private readonly int[] _burstLane;
    private readonly double[] _next;
    private readonly PacketRing[] _rings;
    private readonly RandomStream _dice;
    private int _first = -1;

    /// <summary>A source of the lanes given for each stream, whose packets wait in the ring of its precedence; a stream without lanes here sends nothing here.</summary>
    public PacketSource(IReadOnlyList<OfferedStream> streams, IReadOnlyList<int[]> lanes, IReadOnlyList<PacketRing> rings, RandomStream dice)
    {
        int[] present = [.. Enumerable.Range(0, streams.Count).Where(stream => lanes[stream].Length > 0)];
        _dice = dice;
        _streams = [.. present.Select(stream => streams[stream])];
        _rings = [.. _streams.Select(stream => rings.Single(ring => ring.Precedence == stream.Precedence))];
        _lanes = [.. present.Select(stream => lanes[stream])];
        _octets = [.. _streams.Select(stream => stream.Octets.ToArray())];
        _gap = [.. _streams.Select((stream, at) => NanosecondsPerSecond * stream.Associations / (stream.PacketsPerSecond * _lanes[at].Length))];
        _traces = [.. _streams.Select(stream => stream.Gaps.Select(gap => gap * stream.Gaps.Count / stream.Gaps.Sum()).ToArray())];
        _traceAt = [.. _streams.Select(stream => stream.Arrivals == ArrivalKind.Trace ? dice.NextIndex(stream.Gaps.Count) : 0)];
        _burstLeft = new int[_streams.Length];
        _burstLane = new int[_streams.Length];

        // Equal gaps begin anywhere within the first, so that streams and processors do not march in step.
        _next = [.. _streams.Select((stream, at) => stream.Arrivals == ArrivalKind.Deterministic ? _gap[at] * dice.NextUnit() : NextGap(at))];
        FindFirst();
    }

    /// <summary>When the next packet arrives.</summary>
    public double NextAt => _first < 0 ? double.PositiveInfinity : _next[_first];

    /// <summary>Lets everything that arrived by now into the rings and returns how many arrived and were lost.</summary>
    public (long Arrived, long Lost) Fill(double now)
    {
        var (arrived, lost) = (0L, 0L);
        while (_first >= 0 && _next[_first] <= now)
        {
            var stream = _first;
            var octets = _octets[stream];
            var length = octets.Length == 1 ? octets[0] : octets[_dice.NextIndex(octets.Length)];
            arrived++;
            lost += _rings[stream].TryAdd(_next[stream], LaneOf(stream), length) ? 0 : 1;
            _next[stream] += NextGap(stream);
            FindFirst();
        }

        return (arrived, lost);
    }

    private int LaneOf(int stream)
    {
        var lanes = _lanes[stream];
        if (_streams[stream].BurstLength == 1)
        {
            return lanes.Length == 1 ? lanes[0] : lanes[_dice.NextIndex(lanes.Length)];
        }

        if (_burstLeft[stream] == 0)
        {
            _burstLeft[stream] = _streams[stream].BurstLength;
            _burstLane[stream] = lanes[_dice.NextIndex(lanes.Length)];
        }

        _burstLeft[stream]--;
        return _burstLane[stream];
    }

    private double NextGap(int stream) => _streams[stream].Arrivals switch
    {
        ArrivalKind.Poisson => _gap[stream] * _dice.NextExponential(),
        ArrivalKind.Deterministic => _gap[stream],
        ArrivalKind.Bursts => _burstLeft[stream] > 0 ? 0 : _gap[stream] * _streams[stream].BurstLength * _dice.NextExponential(),
        _ => _gap[stream] * NextOfTrace(stream),
    };

    private double NextOfTrace(int stream)
    {
        var trace = _traces[stream];
        var gap = trace[_traceAt[stream]];
        _traceAt[stream] = (_traceAt[stream] + 1) % trace.Length;
        return gap;
    }

    private void FindFirst()
    {
        if (_streams.Length <= 1)
        {
            _first = _streams.Length - 1;
            return;
        }

        _first = 0;
        for (var stream = 1; stream < _next.Length; stream++)
        {
            if (_next[stream] < _next[_first])
            {
                _first = stream;
            }
        }
    }
}
