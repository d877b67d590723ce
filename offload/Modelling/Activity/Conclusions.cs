using System.Globalization;

namespace IpsecDp.Modelling.Activity;

/// <summary>What a measurement allows to say, in sentences; what it does not allow is said as well, and no figure stands in its place.</summary>
public static class Conclusions
{
    // When more of the trials than this are marked, their spread is the machine's.
    private const double MostMarked = 0.5;

    /// <summary>Whether the machine left enough trials undisturbed for anything to be said.</summary>
    public static bool IsQuietEnough(Measurement measurement) => Marked(measurement) is var (marked, all) && (all == 0 || marked <= all * MostMarked);

    /// <summary>The sentences, the most important first.</summary>
    public static IReadOnlyList<string> Of(Measurement measurement)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        List<string> sentences = [];
        var (marked, all) = Marked(measurement);
        if (measurement.IsInterrupted)
        {
            sentences.Add("It was ended before its time: what follows is what was measured until then.");
        }

        if (!IsQuietEnough(measurement))
        {
            sentences.Add(Say($"Nothing is concluded: {marked} of {all} trials were taken while the hypervisor took more than {NoiseFigures.MostSteal:P0} of the processors or other programs had more than {NoiseFigures.MostOthers:P0} of them. The figures are what was seen, not what the program can do; measure again on a quieter machine."));
            return sentences;
        }

        if (marked > 0)
        {
            sentences.Add(Say($"{marked} of {all} trials are marked: the hypervisor or other programs had a part of the processors."));
        }

        sentences.AddRange(measurement.Capacities.SelectMany(capacity => OfCapacity(measurement, capacity)));
        sentences.AddRange(measurement.UnderSaturation.Select(OfClass));
        if (measurement.Setup.Sweep == SweepKind.Rate)
        {
            sentences.AddRange(OfCurve(measurement));
        }

        return sentences;
    }

    private static (int Marked, int All) Marked(Measurement measurement)
    {
        var trials = measurement.Points.SelectMany(point => point.Trials).ToArray();
        return (trials.Count(trial => trial.Noise.IsMarked) + measurement.Capacities.Sum(capacity => capacity.MarkedTrials), trials.Length + measurement.Capacities.Sum(capacity => capacity.Trials));
    }

    private static IEnumerable<string> OfCapacity(Measurement measurement, CapacityFigures capacity)
    {
        var at = measurement.Setup.Sweep switch
        {
            SweepKind.Engines => Say($" with {capacity.Value:0} engines"),
            SweepKind.Size => Say($" with packets of {capacity.Value:0} octets"),
            SweepKind.Tunnels => Say($" over {capacity.Value:0} tunnels"),
            _ => "",
        };
        foreach (var goal in capacity.Goals.Where(goal => !goal.IsRegular))
        {
            yield return goal.LowerBound is { } lower
                ? Say($"The highest rate {goal.Goal.Name}{at} is not bracketed: {Rate(lower)} kept the goal, and no rate tried broke it or the bounds are too far apart.")
                : Say($"No rate {goal.Goal.Name}{at} was found down to {Rate(goal.UpperBound ?? 0)}, the lowest one tried.");
        }

        if (capacity.IsOverload && measurement.Setup.Sweep == SweepKind.Rate)
        {
            yield return Say($"100 % is therefore what arrives under overload, {Rate(capacity.Saturated)}, and no rate that is carried: every step may lose packets, and percent here are not those of a run that found one.");
        }
    }

    private static string OfClass(ClassUnderSaturation under) =>
        Say($"EE high under saturation, at {under.Percent:0.#} % of capacity: p99 {under.P99:N0} µs, {under.Times:0.0} × unloaded ({under.LightestP99:N0} µs at {under.LightestPercent:0.#} %), lost {under.Lost:N0}, behind a later one of their flow {under.Reordered:N0}.");

    private static IEnumerable<string> OfCurve(Measurement measurement)
    {
        if (ShareCurve.Of(measurement.Points) is not { } curve)
        {
            if (measurement.Setup.Engines == 0 && measurement.Points.Count > 0)
            {
                yield return "There are no engines: eligible work that general threads did (IIPCP) is what would have moved.";
            }

            yield break;
        }

        var (first, last) = (curve.Points[0], curve.Points[^1]);
        var change = ShareChange.Between(first, last);
        var rise = Say($"From {first.Value:0.#} % to {last.Value:0.#} % of capacity the engines' share of the busy time goes from {change.Before.EngineShare:P1} to {change.After.EngineShare:P1}");
        var bands = Say($"95 % interval, widened to hold for all {curve.Points.Count} steps at once (on average ±{curve.Bands.Average(static band => band.HalfWidth) * 100:0.0} points from {first.Trials.Count} trials a step)");
        yield return curve.IsMonotonic
            ? $"{rise}, {(curve.Rises ? "more than" : "which is not more than")} the intervals leave open, and a curve that never falls passes through every {bands}."
            : Say($"{rise}, but no curve that never falls passes through every {bands}: the nearest misses one by {curve.Violation * 100:0.00} points.");
        yield return Why(change);
    }

    private static string Why(ShareChange change)
    {
        var (before, after) = (change.Before, change.After);
        return Say($"Why: of the {Points(change.Total)}, {Points(change.General)} come from general threads ({before.General:N0} ns a packet, then {after.General:N0}: a look at the port and an admission serve {before.PacketsPerJob:0.0} packets a job, then {after.PacketsPerJob:0.0}), {Points(change.HandOver)} from the hand-over ({before.HandOver:N0} ns, then {after.HandOver:N0}: {before.WakeUpsPerThousand:0.0} wake-ups of an engine a thousand packets, then {after.WakeUpsPerThousand:0.0}) and {Points(change.Specialty)} from the engines' own time ({before.Specialty:N0} ns, then {after.Specialty:N0}). If the hand-over cost nothing the share would be {WithoutHandOver(before):P1}, then {WithoutHandOver(after):P1}.");
    }

    private static double WithoutHandOver(PacketCost cost) => cost.Specialty / (cost.General + cost.Specialty);

    private static string Points(double share) => Say($"{share * 100:+0.0;-0.0;0.0} points");

    private static string Rate(double perSecond) => Say($"{perSecond / 1000:N1} thousand packets a second");

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
