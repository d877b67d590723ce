namespace IpsecDp.Engines.Accounting;

/// <summary>The ratios of offloading, each with its formula; NaN where the denominator is zero. Seconds on specialty processors count times the normalisation factor, the speed of a specialty processor in units of a general one (1 where both run at full speed).</summary>
public sealed class OffloadRatios(CpuSnapshot cpu, double normalisation = 1)
{
    private readonly double _product = cpu.ProductSeconds + ((normalisation - 1) * (cpu[CpuAccount.SpecialtyEligible] + cpu[CpuAccount.SpecialtyOther]));
    private readonly double _onSpecialty = cpu[CpuAccount.SpecialtyEligible] * normalisation;
    private readonly double _onGeneral = cpu[CpuAccount.EligibleOnGeneral];

    /// <summary>E = (EligibleOnGeneral + SpecialtyEligible) / all product accounts: how much of the product's CPU time could run on specialty processors. Without engines this is the projection (PROJECTCPU).</summary>
    public double EligibleShare => (_onGeneral + _onSpecialty) / _product;

    /// <summary>R = SpecialtyEligible / (EligibleOnGeneral + SpecialtyEligible): how much of what could run there did.</summary>
    public double OffloadRatio => _onSpecialty / (_onGeneral + _onSpecialty);

    /// <summary>S = 1 − R = EligibleOnGeneral / (EligibleOnGeneral + SpecialtyEligible): the overflow operators alarm on (IIPCP).</summary>
    public double Spill => _onGeneral / (_onGeneral + _onSpecialty);

    /// <summary>O = SpecialtyEligible / all product accounts: how much of the product's CPU time left the general processors as eligible work.</summary>
    public double AchievedOffload => _onSpecialty / _product;

    /// <summary>R of one class: how much of its work that could run on specialty processors did.</summary>
    public double OffloadRatioOf(ServiceClass serviceClass)
    {
        var onSpecialty = cpu[CpuAccount.SpecialtyEligible, serviceClass] * normalisation;
        return onSpecialty / (cpu[CpuAccount.EligibleOnGeneral, serviceClass] + onSpecialty);
    }

    /// <summary>H = HandOver / all product accounts: the price of moving work between threads.</summary>
    public double HandOverShare => cpu[CpuAccount.HandOver] / _product;

    /// <summary>I = (Spin + Idle) / all product accounts: CPU time burnt waiting for work.</summary>
    public double IdleShare => (cpu[CpuAccount.Spin] + cpu[CpuAccount.Idle]) / _product;

    /// <summary>U = (process − all accounts) / process: CPU time nobody answers for, the measure of these figures' own honesty.</summary>
    public double NotAttributedShare => cpu.NotAttributedSeconds / cpu.ProcessSeconds;
}
