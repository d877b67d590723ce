using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>A round of calibration, and the trial with engines that was taken between its trials, if one was asked for.</summary>
internal sealed record TakenRound(CalibrationRound Calibration, LineTrial? WithEngines)
{
    /// <summary>How much others disturbed the most disturbed of its trials, in units of what may be.</summary>
    public double DisturbedShare => Math.Max(Calibration.DisturbedShare, WithEngines?.DisturbedShare ?? 0);

    /// <summary>Whether others disturbed one of its trials.</summary>
    public bool IsDisturbed => DisturbedShare > 1;

    /// <summary>The same round without its trials in which the work was shared.</summary>
    public TakenRound Apart => this with { Calibration = Calibration.Apart };

    /// <summary>Why nothing can be projected from it, in words; null where something can.</summary>
    public string? RefusalOf(string path, HandOverCosts wakeUps)
    {
        try
        {
            Calibration.Neighbour.Validate();
            Calibration.ToCosts(path, wakeUps).Validate();
            return null;
        }
        catch (ArgumentException refusal)
        {
            return refusal.Message;
        }
    }
}
