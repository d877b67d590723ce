using System.Globalization;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Activity;

/// <summary>A measurement's trials as comma-separated values, a line each (RFC 4180).</summary>
public static class MeasurementTable
{
    private static readonly (string Name, Func<SweepPoint, TrialFigures, IFormattable?> Of)[] Columns =
    [
        ("value", static (point, _) => point.Value),
        ("intended_pps", static (_, trial) => trial.Intended),
        ("seconds", static (_, trial) => trial.Seconds),
        ("offered", static (_, trial) => trial.Offered),
        ("delivered", static (_, trial) => trial.Delivered),
        ("delivered_octets", static (_, trial) => trial.DeliveredOctets),
        ("loss_ratio", static (_, trial) => trial.LossRatio),
        ("reordered", static (_, trial) => trial.Reordered),
        ("cpu_general_s", static (_, trial) => trial.Cpu.General),
        ("cpu_eligible_on_general_s", static (_, trial) => trial.Cpu.EligibleOnGeneral),
        ("cpu_specialty_s", static (_, trial) => trial.Cpu.Specialty),
        ("cpu_specialty_other_s", static (_, trial) => trial.Cpu.SpecialtyOther),
        ("cpu_hand_over_s", static (_, trial) => trial.Cpu.HandOver),
        ("cpu_hand_over_on_engines_s", static (_, trial) => trial.Cpu.HandOverOnEngines),
        ("cpu_spin_s", static (_, trial) => trial.Cpu.Spin),
        ("cpu_idle_s", static (_, trial) => trial.Cpu.Idle),
        ("cpu_workload_s", static (_, trial) => trial.Cpu.Workload),
        ("cpu_not_attributed_s", static (_, trial) => trial.Cpu.NotAttributed),
        ("ratio_time", static (_, trial) => new OffloadRatios(trial.Cpu.ToSnapshot()).OffloadRatio),
        ("engine_share", static (_, trial) => EngineShares.Of(trial.Cpu)),
        ("engine_packets", static (_, trial) => trial.OnEngines.Packets),
        ("spilled_packets", static (_, trial) => trial.Spilled.Packets),
        ("projected_packets", static (_, trial) => trial.Projected.Packets),
        ("wake_ups", static (_, trial) => trial.WakeUps),
        ("worst_p99_us", static (_, trial) => trial.Classes.Select(static c => c.P99).DefaultIfEmpty(0).Max()),
        ("steal_share", static (_, trial) => trial.Noise.StealShare),
        ("others_share", static (_, trial) => trial.Noise.OthersShare),
        ("marked", static (_, trial) => trial.Noise.IsMarked ? 1 : 0),
    ];

    /// <summary>The heading and the lines; what is not known is empty.</summary>
    public static string Write(Measurement measurement)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        var lines = measurement.Points.SelectMany(point => point.Trials.Select(trial => string.Join(',', Columns.Select(column => Text(column.Of(point, trial))))));
        return string.Join("\r\n", lines.Prepend(string.Join(',', Columns.Select(column => column.Name)))) + "\r\n";
    }

    private static string Text(IFormattable? value) => value switch
    {
        null or double.NaN => "",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => value.ToString(null, CultureInfo.InvariantCulture),
    };
}
