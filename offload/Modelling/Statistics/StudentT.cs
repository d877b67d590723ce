namespace IpsecDp.Modelling.Statistics;

/// <summary>Student's t distribution, as far as two-sided 95 % intervals need it.</summary>
public static class StudentT
{
    private const double Normal = 1.959964;

    private static readonly double[] Table =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
        2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
        2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>The 0.975 quantile, to three digits; <see cref="ArgumentOutOfRangeException"/> below one degree of freedom.</summary>
    public static double Quantile975(int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degreesOfFreedom, 1);
        if (degreesOfFreedom <= Table.Length)
        {
            return Table[degreesOfFreedom - 1];
        }

        // Cornish and Fisher's expansion around the normal quantile z: (z^3 + z) / 4 and (5 z^5 + 16 z^3 + 3 z) / 96.
        double df = degreesOfFreedom;
        return Normal + (2.3722 / df) + (2.8225 / (df * df));
    }
}
