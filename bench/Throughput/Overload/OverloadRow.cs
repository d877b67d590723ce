using IpsecDp.Engines;

namespace IpsecDp.Throughput.Overload;

/// <summary>One offered load, in units of what the line without engines can carry: the rounds of both contenders.</summary>
internal sealed record OverloadRow(double Factor, double OfferedPerSecond, IReadOnlyList<OverloadRound> Inline, IReadOnlyList<OverloadRound> Engine)
{
    /// <summary>Packets a second without engines, the middle round.</summary>
    public double InlinePerSecond => Median(Inline, round => round.SentPerSecond);

    /// <summary>Packets a second with one engine, the middle round.</summary>
    public double EnginePerSecond => Median(Engine, round => round.SentPerSecond);

    /// <summary>Share lost at the port without engines.</summary>
    public double InlineLost => Median(Inline, round => round.LostShare);

    /// <summary>Share lost at the port with one engine.</summary>
    public double EngineLost => Median(Engine, round => round.LostShare);

    /// <summary>Processors the process got without engines; its one thread wants one.</summary>
    public double InlineProcessors => Median(Inline, round => round.Processors);

    /// <summary>Processors the process got with one engine; two threads want two.</summary>
    public double EngineProcessors => Median(Engine, round => round.Processors);

    /// <summary>What one engine carries over what none does.</summary>
    public double Ratio => EnginePerSecond / InlinePerSecond;

    /// <summary>Jobs of all rounds that general threads ran in spite of the engine.</summary>
    public long SpilledBy(SpillCause cause) => Engine.Sum(round => round.Spills[(int)cause]);

    /// <summary>Jobs of all rounds that the engine ran.</summary>
    public long OnEngines => Engine.Sum(round => round.OnEngines);

    private static double Median(IReadOnlyList<OverloadRound> rounds, Func<OverloadRound, double> figure) =>
        rounds.Select(figure).Order().ElementAt(rounds.Count / 2);
}
