namespace IpsecDp.Modelling.Projection;

/// <summary>In which order setups take turns: in each turn every one has one slice, none follows itself, and of up to four each follows each other alike often, to within one.</summary>
public static class TurnOrder
{
    /// <summary>The setups, by number, of all slices of so many turns.</summary>
    public static IReadOnlyList<int> Of(int setups, int turns)
    {
        var order = new List<int>(setups * turns);
        var followed = new int[setups, setups];
        for (var turn = 0; turn < turns; turn++)
        {
            var waiting = Enumerable.Range(0, setups).ToList();
            while (waiting.Count > 0)
            {
                var next = order.Count == 0 ? 0 : After(order[^1], waiting, followed);
                waiting.Remove(next);
                order.Add(next);
            }
        }

        return order;
    }

    // Who came behind a slice finds that one's threads awake and its packets in the caches, so each finds those of each other.
    private static int After(int last, List<int> waiting, int[,] followed)
    {
        var next = waiting.Where(setup => setup != last).DefaultIfEmpty(last).MinBy(setup => followed[last, setup]);
        followed[last, next]++;
        return next;
    }
}
