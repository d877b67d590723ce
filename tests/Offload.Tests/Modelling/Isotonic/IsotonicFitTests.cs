using IpsecDp.Modelling.Isotonic;

namespace Offload.Tests.Modelling.Isotonic;

public sealed class IsotonicFitTests
{
    // The first is the example of R's isoreg, the second of scikit-learn's IsotonicRegression.
    [Theory]
    [InlineData(new double[] { 1, 0, 4, 3, 3, 5, 4, 2, 0 }, new[] { 0.5, 0.5, 3, 3, 3, 3, 3, 3, 3 })]
    [InlineData(new double[] { 3, 7, 5, 9, 8, 7, 10 }, new double[] { 3, 6, 6, 8, 8, 8, 10 })]
    [InlineData(new double[] { 4, 3, 2, 1 }, new[] { 2.5, 2.5, 2.5, 2.5 })]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 1, 2, 3 })]
    [InlineData(new double[0], new double[0])]
    public void NonDecreasing_KnownSequence_IsTheKnownFit(double[] values, double[] expected) =>
        Assert.Equal(expected, IsotonicFit.NonDecreasing(values), (a, b) => Math.Abs(a - b) < 1e-12);

    [Fact]
    public void NonDecreasing_HeavyValue_MovesTheBlockTowardsIt()
    {
        Assert.Equal([1.75, 1.75], IsotonicFit.NonDecreasing([2, 1], [3, 1]));
        Assert.NotEqual(IsotonicFit.NonDecreasing([2, 1], [3, 1]), IsotonicFit.NonDecreasing([2, 1]));
    }

    // The fit at i is the largest over a of the smallest over b of the mean of a..b, a <= i <= b (Barlow and others 1972).
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void NonDecreasing_RandomSequences_AgreeWithTheMaxMinFormula(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var length = random.Next(1, 12);
            var values = Enumerable.Range(0, length).Select(i => i * 0.2 + random.NextDouble() * 3).ToArray();
            var weights = Enumerable.Range(0, length).Select(_ => 0.1 + random.NextDouble() * 5).ToArray();
            var fit = IsotonicFit.NonDecreasing(values, weights);
            for (var i = 0; i < length; i++)
            {
                var expected = Enumerable.Range(0, i + 1).Max(a => Enumerable.Range(i, length - i).Min(b => Mean(values, weights, a, b)));
                Assert.Equal(expected, fit[i], 1e-9);
            }
        }
    }

    [Fact]
    public void NonDecreasing_WrongInput_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => IsotonicFit.NonDecreasing([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => IsotonicFit.NonDecreasing([1], [0]));
        Assert.Throws<ArgumentException>(() => IsotonicFit.NonDecreasing([double.NaN]));
    }

    private static double Mean(double[] values, double[] weights, int first, int last)
    {
        var (sum, mass) = (0.0, 0.0);
        for (var i = first; i <= last; i++)
        {
            (sum, mass) = (sum + (values[i] * weights[i]), mass + weights[i]);
        }

        return sum / mass;
    }
}
