namespace IpsecDp.Modelling.Activity;

/// <summary>What disturbed a trial.</summary>
public sealed record NoiseFigures
{
    /// <summary>A trial under more steal than this is marked.</summary>
    public const double MostSteal = 0.02;

    /// <summary>A trial is marked, too, when other processes had more than this of the machine.</summary>
    public const double MostOthers = 0.10;

    /// <summary>Share of the machine's processor time that the hypervisor took; null where the system does not say.</summary>
    public double? StealShare { get; init; }

    /// <summary>Share of the machine's processor time that other processes had; null where the system does not say.</summary>
    public double? OthersShare { get; init; }

    /// <summary>Times a thread lost its processor though it could have gone on; null where the system does not say.</summary>
    public long? InvoluntarySwitches { get; init; }

    /// <summary>Garbage collections of any generation.</summary>
    public int Collections { get; init; }

    /// <summary>Clock of the processors in MHz, the mean; null where the system does not say.</summary>
    public double? Megahertz { get; init; }

    /// <summary>Whether the trial was taken under more steal than a result may have.</summary>
    public bool IsStolen => StealShare > MostSteal;

    /// <summary>Whether other programs had a part of the machine that a result may not ignore.</summary>
    public bool IsCrowded => OthersShare > MostOthers;

    /// <summary>Whether the trial is marked.</summary>
    public bool IsMarked => IsStolen || IsCrowded;
}
