namespace IpsecDp.Engines.Accounting;

/// <summary>The accounts in the shape of RMF's Workload Activity: SERVICE TIMES in seconds and APPL% in percent of one processor. IIP is raw, CPU counts specialty seconds normalised; waiting (spin, idle) and the traffic generator are nobody's service.</summary>
public sealed class ServiceTimes(CpuSnapshot cpu, Normalisation factor)
{
    /// <summary>The normalisation that was applied.</summary>
    public Normalisation Factor => factor;

    /// <summary>Seconds of general processors: what could not move, what could and did not (IIPCP), and their part of handing over.</summary>
    public double Cp { get; } = cpu[CpuAccount.General] + cpu[CpuAccount.EligibleOnGeneral] + cpu[CpuAccount.HandOver] - cpu.HandOverOnEnginesSeconds;

    /// <summary>Seconds of general processors on work that could have moved; part of <see cref="Cp"/>.</summary>
    public double IipCp { get; } = cpu[CpuAccount.EligibleOnGeneral];

    /// <summary>Raw seconds of specialty processors: eligible work, delivery, and their part of handing over.</summary>
    public double Iip { get; } = cpu[CpuAccount.SpecialtyEligible] + cpu[CpuAccount.SpecialtyOther] + cpu.HandOverOnEnginesSeconds;

    /// <summary>Seconds of specialty processors in seconds of a general one.</summary>
    public double IipNormalised => Iip * factor.Value;

    /// <summary>RMF's CPU: general seconds and normalised specialty seconds.</summary>
    public double Cpu => Cp + IipNormalised;

    /// <summary>APPL% CP, IIPCP included.</summary>
    public double ApplCp => Percent(Cp);

    /// <summary>APPL% IIPCP.</summary>
    public double ApplIipCp => Percent(IipCp);

    /// <summary>APPL% IIP, raw.</summary>
    public double ApplIip => Percent(Iip);

    private double Percent(double seconds) => cpu.Wall > TimeSpan.Zero ? 100 * seconds / cpu.Wall.TotalSeconds : 0;
}
