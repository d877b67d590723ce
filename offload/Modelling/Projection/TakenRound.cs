namespace IpsecDp.Modelling.Projection;

/// <summary>A round of calibration, and the trial with engines that was taken between its trials, if one was asked for.</summary>
internal sealed record TakenRound(CalibrationRound Calibration, LineTrial? WithEngines)
{
    /// <summary>How much others disturbed the most disturbed of its trials.</summary>
    public double DisturbedShare => Math.Max(Calibration.DisturbedShare, WithEngines?.DisturbedShare ?? 0);

    /// <summary>Whether others disturbed one of its trials.</summary>
    public bool IsDisturbed => Calibration.IsDisturbed || WithEngines is { IsDisturbed: true };
}
