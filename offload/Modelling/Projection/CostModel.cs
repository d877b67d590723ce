using System.Text.Json;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>What the product costs on a machine, as calibration found it; kept as JSON, so that a projection can be made elsewhere and later.</summary>
public sealed record CostModel
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The machine, in words.</summary>
    public string Machine { get; init; } = "";

    /// <summary>What was calibrated with, in words: load, sizes, algorithms.</summary>
    public string Load { get; init; } = "";

    /// <summary>Octets of a packet the costs hold for.</summary>
    public required int Octets { get; init; }

    /// <summary>Packets of one precedence that wait for a line thread before others are lost.</summary>
    public int RingLength { get; init; } = 1024;

    /// <summary>Packets a line thread takes at once.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The same of routine packets where others have rings of their own.</summary>
    public int RoutineBatchSize { get; init; } = 32;

    /// <summary>How much dearer work becomes on a processor while its neighbour is busy too.</summary>
    public NeighbourFactors Neighbour { get; init; } = NeighbourFactors.None;

    /// <summary>Rounds of the calibration that others disturbed, although more rounds were taken than count; with more than a few the costs are not this machine's.</summary>
    public int DisturbedRounds { get; init; }

    /// <summary>The rounds, one at least.</summary>
    public required IReadOnlyList<CostRound> Rounds { get; init; }

    /// <summary>The mean of all rounds.</summary>
    public CostRound Mean() => CostRound.Mean(Rounds);

    /// <summary>As many rounds drawn with repetition, and their mean: the spread of such draws is what the few rounds leave open (bootstrap).</summary>
    public CostRound Resample(ulong seed)
    {
        var dice = new RandomStream(seed);
        return CostRound.Mean([.. Rounds.Select(_ => Rounds[dice.NextIndex(Rounds.Count)])]);
    }

    /// <summary>As JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>From JSON text; throws <see cref="JsonException"/> or <see cref="ArgumentException"/> with what is wrong.</summary>
    public static CostModel Parse(string json)
    {
        var model = JsonSerializer.Deserialize<CostModel>(json, Options) ?? throw new JsonException("a cost model is no null");
        model.Validate();
        return model;
    }

    /// <summary>Refuses a model nothing can be projected from, with an <see cref="ArgumentException"/>.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Octets, 1);
        if (Rounds is not { Count: > 0 })
        {
            throw new ArgumentException("a cost model has at least one round of calibration");
        }

        Neighbour.Validate();
        foreach (var round in Rounds)
        {
            round.Validate();
        }
    }
}
