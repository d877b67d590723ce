namespace IpsecDp.Modelling.Activity;

/// <summary>Why the engines' share differs between two loads: the change of each account's cost a packet, and the points of share it is answerable for.</summary>
/// <remarks>A share is a quotient, so what one account contributes depends on the others; each gets the mean over all orders in which they could have changed (Shapley), and the contributions add up to the change.</remarks>
public sealed class ShareChange
{
    private static readonly int[][] Orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

    private ShareChange(PacketCost before, PacketCost after, double[] contributions)
    {
        (Before, After) = (before, after);
        (General, HandOver, Specialty) = (contributions[0], contributions[1], contributions[2]);
    }

    /// <summary>Nanoseconds a packet at the lower load.</summary>
    public PacketCost Before { get; }

    /// <summary>Nanoseconds a packet at the higher load.</summary>
    public PacketCost After { get; }

    /// <summary>Share gained because general threads spend another time on a packet.</summary>
    public double General { get; }

    /// <summary>Share gained because the hand-over of a packet costs another time.</summary>
    public double HandOver { get; }

    /// <summary>Share gained because engines spend another time on a packet.</summary>
    public double Specialty { get; }

    /// <summary>The whole change.</summary>
    public double Total => After.EngineShare - Before.EngineShare;

    /// <summary>Compares two steps.</summary>
    public static ShareChange Between(SweepPoint lower, SweepPoint higher) => Between(PacketCost.Of(lower), PacketCost.Of(higher));

    /// <summary>Compares two costs.</summary>
    public static ShareChange Between(PacketCost before, PacketCost after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        double[] from = [before.General, before.HandOver, before.Specialty];
        double[] to = [after.General, after.HandOver, after.Specialty];
        var contributions = new double[3];
        foreach (var order in Orders)
        {
            var now = from.ToArray();
            foreach (var account in order)
            {
                var former = Share(now);
                now[account] = to[account];
                contributions[account] += (Share(now) - former) / Orders.Length;
            }
        }

        return new ShareChange(before, after, contributions);
    }

    private static double Share(double[] costs) => costs[2] / (costs[0] + costs[1] + costs[2]);
}
