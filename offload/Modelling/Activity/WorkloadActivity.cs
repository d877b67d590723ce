namespace IpsecDp.Modelling.Activity;

/// <summary>A span's CPU time in the shape of RMF's Workload Activity report: SERVICE TIMES in seconds, APPL% in percent of one processor. What RMF prints as N/A for an absent kind of engine is null here.</summary>
/// <remarks>As in RMF, CPU holds general seconds and normalised IIP seconds, the lines of the engines are raw, and CP holds IIPCP but not IIP.</remarks>
public sealed class WorkloadActivity
{
    private readonly AccountSeconds _cpu;

    /// <summary>The report of a span on a machine with so many engines whose speed is <paramref name="factor"/> in units of a general processor.</summary>
    public WorkloadActivity(AccountSeconds cpu, int engines, double factor)
    {
        ArgumentNullException.ThrowIfNull(cpu);
        (_cpu, Factor) = (cpu, factor);
        HasEngines = engines > 0;
    }

    /// <summary>Whether there is an engine whose columns can be filled.</summary>
    public bool HasEngines { get; }

    /// <summary>The normalisation factor.</summary>
    public double Factor { get; }

    /// <summary>Seconds on general processors, IIPCP and what they spend on handing over included.</summary>
    public double CpSeconds => _cpu.General + _cpu.EligibleOnGeneral + _cpu.HandOver;

    /// <summary>Seconds of eligible work that general processors did; without engines the projection (PROJECTCPU).</summary>
    public double IipcpSeconds => _cpu.EligibleOnGeneral;

    /// <summary>Raw seconds on specialty engines, waiting left out.</summary>
    public double? IipSeconds => HasEngines ? _cpu.Specialty + _cpu.SpecialtyOther + _cpu.HandOverOnEngines : null;

    /// <summary>The same in seconds of a general processor.</summary>
    public double? NormalisedIipSeconds => IipSeconds * Factor;

    /// <summary>SERVICE TIMES, CPU: general seconds and normalised engine seconds.</summary>
    public double CpuSeconds => CpSeconds + (NormalisedIipSeconds ?? 0);

    /// <summary>APPL% CP.</summary>
    public double ApplCp => Percent(CpSeconds);

    /// <summary>APPL% IIPCP.</summary>
    public double ApplIipcp => Percent(IipcpSeconds);

    /// <summary>APPL% IIP, raw.</summary>
    public double? ApplIip => IipSeconds is { } seconds ? Percent(seconds) : null;

    private double Percent(double seconds) => _cpu.Wall > 0 ? seconds * 100 / _cpu.Wall : 0;
}
