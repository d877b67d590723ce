using IpsecDp.Engines;

namespace IpsecDp.Modelling.Simulation;

/// <summary>Traffic of one kind that is offered to the simulated machine.</summary>
public sealed record OfferedStream
{
    private const int MostPrecedence = 7;

    /// <summary>Its name in reports.</summary>
    public required string Name { get; init; }

    /// <summary>The way its packets take through the product: the name of a <see cref="PathCosts"/>.</summary>
    public required string Path { get; init; }

    /// <summary>Packets a second.</summary>
    public required double PacketsPerSecond { get; init; }

    /// <summary>Octets of its packets; each packet draws one of them.</summary>
    public required IReadOnlyList<int> Octets { get; init; }

    /// <summary>The class whose queue its jobs wait in.</summary>
    public ServiceClass Class { get; init; } = ServiceClass.Unclassified;

    /// <summary>IP precedence of its packets, 0 to 7: those of each wait in a ring of their own, the highest served first; of precedence 0 they are routine.</summary>
    public int Precedence { get; init; }

    /// <summary>SAs its packets belong to, each alike; they are dealt out to the general processors in turn.</summary>
    public int Associations { get; init; } = 1;

    /// <summary>How packets follow one another.</summary>
    public ArrivalKind Arrivals { get; init; } = ArrivalKind.Poisson;

    /// <summary>Packets of a burst, all of one SA.</summary>
    public int BurstLength { get; init; } = 1;

    /// <summary>Gaps of a recording in any unit.</summary>
    public IReadOnlyList<double> Gaps { get; init; } = [];

    /// <summary>Refuses what cannot be offered, with an <see cref="ArgumentException"/>.</summary>
    public void Validate()
    {
        if (!(PacketsPerSecond > 0 && double.IsFinite(PacketsPerSecond)))
        {
            throw new ArgumentException($"{Name}: a stream offers more than no packet a second");
        }

        if (Octets.Count == 0 || Octets.Any(octets => octets < 1) || Associations < 1 || BurstLength < 1)
        {
            throw new ArgumentException($"{Name}: packets have octets, at least one SA, and at least one packet in a burst");
        }

        if (Precedence is < 0 or > MostPrecedence)
        {
            throw new ArgumentException($"{Name}: an IP precedence is 0 to {MostPrecedence}");
        }

        if (Arrivals == ArrivalKind.Trace && !(Gaps.Count > 0 && Gaps.All(gap => gap >= 0) && Gaps.Sum() > 0))
        {
            throw new ArgumentException($"{Name}: a recording has gaps that are not negative and not all zero");
        }
    }
}
