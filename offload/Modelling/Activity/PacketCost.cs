namespace IpsecDp.Modelling.Activity;

/// <summary>What a delivered packet cost, in nanoseconds of CPU time, and how packets came together.</summary>
/// <param name="General">On general threads, eligible work included.</param>
/// <param name="HandOver">For moving work between threads.</param>
/// <param name="Specialty">On engines.</param>
/// <param name="PacketsPerJob">Packets that travelled in one job.</param>
/// <param name="WakeUpsPerThousand">Times an engine was woken, a thousand packets.</param>
public sealed record PacketCost(double General, double HandOver, double Specialty, double PacketsPerJob, double WakeUpsPerThousand)
{
    /// <summary>The engines' part of the sum.</summary>
    public double EngineShare => Specialty / (General + HandOver + Specialty);

    /// <summary>The costs of a step.</summary>
    public static PacketCost Of(SweepPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        var (cpu, packets) = (point.Cpu, Math.Max(1, point.Delivered));
        var work = point.Spills.Values.Append(point.OnEngines).Concat(point.Trials.Select(trial => trial.Projected)).Aggregate(WorkFigures.None, static (sum, part) => sum.Plus(part));
        return new PacketCost(
            (cpu.General + cpu.EligibleOnGeneral) * 1e9 / packets,
            cpu.HandOverInAll * 1e9 / packets,
            (cpu.Specialty + cpu.SpecialtyOther) * 1e9 / packets,
            work.Packets / (double)Math.Max(1, work.Jobs),
            point.Trials.Sum(trial => trial.WakeUps) * 1000.0 / packets);
    }
}
