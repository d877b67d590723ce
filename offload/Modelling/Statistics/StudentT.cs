namespace IpsecDp.Modelling.Statistics;

/// <summary>Student's t distribution, as far as two-sided intervals need it.</summary>
public static class StudentT
{
    private const int Halvings = 60;

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

    /// <summary>What a share <paramref name="covered"/> of the distribution lies within, on both sides of 0; above 0 and below 1.</summary>
    public static double HalfWidth(double covered, int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degreesOfFreedom, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(covered, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(covered, 1);
        var (low, high) = (0.0, Math.PI / 2);
        for (var halving = 0; halving < Halvings; halving++)
        {
            var middle = (low + high) / 2;
            (low, high) = Covered(middle, degreesOfFreedom) < covered ? (middle, high) : (low, middle);
        }

        return Math.Sqrt(degreesOfFreedom) * Math.Tan(low);
    }

    // Abramowitz and Stegun 26.7.3 and 26.7.4, of the angle whose tangent is t over the root of the degrees of freedom.
    private static double Covered(double angle, int degreesOfFreedom)
    {
        var isOdd = degreesOfFreedom % 2 == 1;
        var square = Math.Cos(angle) * Math.Cos(angle);
        var (sum, term) = (0.0, isOdd ? Math.Cos(angle) : 1);
        for (var at = isOdd ? 3 : 2; at <= degreesOfFreedom; at += 2)
        {
            sum += term;
            term *= square * (at - 1) / at;
        }

        return isOdd ? 2 / Math.PI * (angle + (Math.Sin(angle) * sum)) : Math.Sin(angle) * sum;
    }
}
