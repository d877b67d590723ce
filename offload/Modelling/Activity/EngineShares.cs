namespace IpsecDp.Modelling.Activity;

/// <summary>The engines' share of the work, and why it is what it is.</summary>
public static class EngineShares
{
    /// <summary>(specialty + specialty other) / (all product accounts but waiting): the part of the busy CPU time that ran on engines; NaN where nothing ran.</summary>
    public static double Of(AccountSeconds cpu)
    {
        ArgumentNullException.ThrowIfNull(cpu);
        return (cpu.Specialty + cpu.SpecialtyOther) / cpu.Busy;
    }

    /// <summary>The same, if moving work between threads cost nothing.</summary>
    public static double WithoutHandOver(AccountSeconds cpu)
    {
        ArgumentNullException.ThrowIfNull(cpu);
        return (cpu.Specialty + cpu.SpecialtyOther) / (cpu.Busy - cpu.HandOverInAll);
    }
}
