using System.Text.Json.Serialization;
using IpsecDp.Modelling.Search;

namespace IpsecDp.Modelling.Activity;

/// <summary>The highest rates at one value of a sweep, by the rule of RFC 9971.</summary>
/// <param name="Value">Engines, octets or tunnels; 0 where the rate is what is varied.</param>
/// <param name="Saturated">Packets a second that arrived when far more were offered.</param>
/// <param name="Goals">A result for each goal.</param>
/// <param name="Trials">Trials the search took.</param>
/// <param name="MarkedTrials">How many of them are marked.</param>
public sealed record CapacityFigures(double Value, double Saturated, IReadOnlyList<GoalResult> Goals, int Trials, int MarkedTrials)
{
    /// <summary>What a sweep of rates calls 100 %: the rate that kept the loosest goal, and where none did what arrived under overload.</summary>
    [JsonIgnore]
    public double Hundred => IsOverload ? Saturated : Goals[^1].Throughput!.Value;

    /// <summary>Whether no rate kept any goal, so that 100 % means something else.</summary>
    [JsonIgnore]
    public bool IsOverload => !(Goals[^1].Throughput > 0);
}
