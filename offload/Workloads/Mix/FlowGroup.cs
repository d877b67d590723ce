using IpsecDp.Workloads.Flows;

namespace IpsecDp.Workloads.Mix;

/// <summary>Flows of one class on one host, served in turn.</summary>
internal sealed class FlowGroup(double weight, FlowEndpoint[] flows)
{
    private int _turn;

    /// <summary>Packets it may send in proportion to the other groups.</summary>
    public double Weight { get; } = weight;

    /// <summary>How much of its share it has used: packets sent divided by weight.</summary>
    public double Used { get; set; }

    public bool IsIdle
    {
        get
        {
            foreach (var flow in flows)
            {
                if (!flow.IsIdle)
                {
                    return false;
                }
            }

            return true;
        }
    }

    public int TryWrite(Span<byte> packet, long now, out FlowTag tag)
    {
        for (var tried = 0; tried < flows.Length; tried++)
        {
            _turn = _turn + 1 < flows.Length ? _turn + 1 : 0;
            var length = flows[_turn].TryWrite(packet, now, out tag);
            if (length > 0)
            {
                return length;
            }
        }

        tag = default;
        return 0;
    }

    public long DueAt()
    {
        var due = long.MaxValue;
        foreach (var flow in flows)
        {
            due = Math.Min(due, flow.DueAt);
        }

        return due;
    }

    public void Drain()
    {
        foreach (var flow in flows)
        {
            flow.Drain();
        }
    }
}
