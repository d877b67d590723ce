namespace IpsecDp.Modelling.Isotonic;

/// <summary>The non-decreasing sequence that is nearest to a weighted one by least squares, by pooling adjacent violators.</summary>
public static class IsotonicFit
{
    /// <summary>The fit of <paramref name="values"/>, one a value; weights are positive and as many as the values. Throws <see cref="ArgumentException"/> otherwise, or when a value is not finite.</summary>
    public static double[] NonDecreasing(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        if (values.Length != weights.Length)
        {
            throw new ArgumentException("every value has one weight", nameof(weights));
        }

        // The blocks so far, each lower than the next.
        var means = new double[values.Length];
        var masses = new double[values.Length];
        var ends = new int[values.Length];
        var blocks = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]) || !double.IsFinite(weights[i]) || weights[i] <= 0)
            {
                throw new ArgumentException("values are finite, weights finite and positive");
            }

            (means[blocks], masses[blocks], ends[blocks]) = (values[i], weights[i], i + 1);
            blocks++;
            while (blocks > 1 && means[blocks - 2] >= means[blocks - 1])
            {
                var mass = masses[blocks - 2] + masses[blocks - 1];
                means[blocks - 2] += (means[blocks - 1] - means[blocks - 2]) * (masses[blocks - 1] / mass);
                (masses[blocks - 2], ends[blocks - 2]) = (mass, ends[blocks - 1]);
                blocks--;
            }
        }

        return Spread(means, ends, blocks);
    }

    /// <summary>The fit with equal weights.</summary>
    public static double[] NonDecreasing(ReadOnlySpan<double> values)
    {
        var weights = new double[values.Length];
        weights.AsSpan().Fill(1);
        return NonDecreasing(values, weights);
    }

    private static double[] Spread(double[] means, int[] ends, int blocks)
    {
        var fit = new double[means.Length];
        var start = 0;
        for (var block = 0; block < blocks; block++)
        {
            fit.AsSpan(start..ends[block]).Fill(means[block]);
            start = ends[block];
        }

        return fit;
    }
}
