using IpsecDp.Modelling.Statistics;

namespace Offload.Tests.Modelling.Statistics;

public sealed class MiddleTests
{
    /// <summary>Hamilton's depression scale of nine patients, as Hollander, Wolfe and Chicken work it out: -0.46, and an interval from -0.786 to -0.010 of 96.1 %. By the normal distribution the ranks end one further out.</summary>
    [Fact]
    public void The_published_example_comes_out_as_published()
    {
        var middle = Middle.Of([-0.952, 0.147, -1.022, -0.43, -0.62, -0.59, -0.49, 0.08, -0.01]);
        Assert.Equal(-0.46, middle.Median, 1e-9);
        Assert.InRange(middle.HalfWidth, 0.46 - 0.010, 0.5);
    }

    /// <summary>A sample far out is one of many, where a mean would follow it.</summary>
    [Fact]
    public void A_sample_far_out_moves_the_middle_little()
    {
        Assert.Equal(0.025, Middle.Of([0.01, 9, 0.02, 0.03, 0.02]).Median, 1e-12);
        Assert.Equal(0.02, Middle.Of([0.01, 0.02, 0.03, 0.02]).Median, 1e-12);
    }

    [Fact]
    public void Fewer_than_six_samples_leave_everything_open()
    {
        Assert.Equal(double.PositiveInfinity, Middle.Of([1, 1, 1, 1, 1]).HalfWidth);
        Assert.Equal(0, Middle.Of([1, 1, 1, 1, 1, 1]).HalfWidth);
        Assert.True(double.IsNaN(Middle.Of([]).Median));
    }

    /// <summary>Of many samples whose middle is known, one interval in twenty misses it, be they normal or far out now and then.</summary>
    [Theory]
    [InlineData(8, 0)]
    [InlineData(30, 0)]
    [InlineData(30, 0.2)]
    public void The_interval_covers_the_middle_as_often_as_it_says(int samples, double farOut)
    {
        var dice = new Random(7);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - dice.NextDouble())) * Math.Cos(2 * Math.PI * dice.NextDouble());
        const int Trials = 2000;
        var covered = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var middle = Middle.Of(Enumerable.Range(0, samples).Select(_ => Normal() * (dice.NextDouble() < farOut ? 20 : 1)));
            covered += Math.Abs(middle.Median) <= middle.HalfWidth ? 1 : 0;
        }

        Assert.InRange((double)covered / Trials, 0.94, 0.995);
    }
}
