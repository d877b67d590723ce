namespace IpsecDp.Modelling.Projection;

/// <summary>A round of calibration, and the trial with engines that was taken between its trials, if one was asked for.</summary>
internal sealed record TakenRound(CalibrationRound Calibration, LineTrial? WithEngines)
{
    // Of the best speed. Two calculations of two milliseconds each differ by 0.05 where nothing happened.
    private const double MostChange = 0.15;

    /// <summary>How much others disturbed the most disturbed of its trials, or how much the machine's speed changed between what is projected from and what is measured, in units of what may be.</summary>
    public double DisturbedShare => Math.Max(Calibration.DisturbedShare, WithEngines is null ? 0 : Math.Max(WithEngines.DisturbedShare, SpeedChange / MostChange));

    /// <summary>Whether others disturbed one of its trials, or the machine was another one in the trial with engines than in those beside it.</summary>
    public bool IsDisturbed => DisturbedShare > 1;

    private double SpeedChange => Math.Abs(WithEngines!.Shortfall - ((Calibration.Shallow.Shortfall + Calibration.Deep.Shortfall) / 2));
}
