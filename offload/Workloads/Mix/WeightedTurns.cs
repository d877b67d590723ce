namespace IpsecDp.Workloads.Mix;

/// <summary>Gives the turn to the group that has used least of its share among those with something due (stride scheduling, Waldspurger and Weihl 1995).</summary>
internal sealed class WeightedTurns(FlowGroup[] groups)
{
    private double _served;
    private ulong _refused;

    public int TryWrite(Span<byte> packet, long now, out FlowTag tag)
    {
        _refused = 0;
        for (var tried = 0; tried < groups.Length; tried++)
        {
            var index = LeastUsed();
            var group = groups[index];
            var length = group.TryWrite(packet, now, out tag);
            if (length > 0)
            {
                // A group that had nothing due for a while gets no credit for it.
                _served = Math.Max(group.Used, _served);
                group.Used = _served + (tag.Packets / group.Weight);
                return length;
            }

            _refused |= 1UL << index;
        }

        tag = default;
        return 0;
    }

    private int LeastUsed()
    {
        var least = -1;
        for (var index = 0; index < groups.Length; index++)
        {
            if ((_refused & (1UL << index)) == 0 && (least < 0 || groups[index].Used < groups[least].Used))
            {
                least = index;
            }
        }

        return least;
    }
}
