namespace IpsecDp.Modelling.Activity;

/// <summary>What a measurement was taken of and with.</summary>
public sealed record MeasuredSetup
{
    /// <summary>ee, bulk, interactive, mixed, or the name of a capture file.</summary>
    public required string Load { get; init; }

    /// <summary>What was varied.</summary>
    public required SweepKind Sweep { get; init; }

    /// <summary>memory, tun or nfqueue.</summary>
    public required string Capture { get; init; }

    /// <summary>Algorithms and mode of the SAs.</summary>
    public required string Protection { get; init; }

    /// <summary>General processors.</summary>
    public int General { get; init; }

    /// <summary>Specialty engines; of a sweep of engines the most.</summary>
    public int Engines { get; init; }

    /// <summary>Tunnels; of a sweep of tunnels the most.</summary>
    public int Tunnels { get; init; } = 1;

    /// <summary>The machine of general and specialty processors in words.</summary>
    public required string Topology { get; init; }

    /// <summary>The dispatch controls in z/OS terms.</summary>
    public string Dispatch { get; init; } = "";

    /// <summary>Speed of a specialty processor in units of a general one.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Seconds of a trial.</summary>
    public double TrialSeconds { get; init; }

    /// <summary>Trials of a step.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>The processor's name and how many there are.</summary>
    public string Machine { get; init; } = "";

    /// <summary>What this capture does not allow to measure, in words; nothing stands in its place.</summary>
    public IReadOnlyList<string> NotMeasured { get; init; } = [];

    /// <summary>When it began, in UTC.</summary>
    public DateTimeOffset StartedAt { get; init; }
}
