namespace IpsecDp.Modelling.Projection;

/// <summary>How much dearer each stage is on a processor while its neighbour works too: they share memory, and may share caches and a core.</summary>
/// <param name="Receive">Of bringing packets.</param>
/// <param name="General">Of admitting and delivering.</param>
/// <param name="Run">Of sealing and opening.</param>
public sealed record NeighbourFactors(double Receive, double General, double Run)
{
    private const double Least = 0.5;

    /// <summary>Of processors that do not feel each other.</summary>
    public static NeighbourFactors None { get; } = new(1, 1, 1);

    /// <summary>What is left of them where the neighbour was at work for a part of the time already.</summary>
    public NeighbourFactors Beyond(double busyShare)
    {
        var rest = Math.Clamp(1 - busyShare, 0, 1);
        double Part(double factor) => 1 + ((factor - 1) * rest);
        return new NeighbourFactors(Part(Receive), Part(General), Part(Run));
    }

    /// <summary>Refuses what is no factor, with an <see cref="ArgumentException"/>.</summary>
    public void Validate()
    {
        if (!(Math.Min(Receive, Math.Min(General, Run)) >= Least && double.IsFinite(Receive + General + Run)))
        {
            throw new ArgumentException("neighbour factors are numbers, 1 where processors do not feel each other");
        }
    }

    /// <summary>The middle ones of several.</summary>
    internal static NeighbourFactors Median(IReadOnlyList<NeighbourFactors> factors)
    {
        double Middle(Func<NeighbourFactors, double> stage) => factors.Select(stage).Order().ElementAt(factors.Count / 2);
        return new NeighbourFactors(Middle(static each => each.Receive), Middle(static each => each.General), Middle(static each => each.Run));
    }
}
