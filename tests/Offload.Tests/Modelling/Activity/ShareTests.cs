using IpsecDp.Modelling.Activity;

namespace Offload.Tests.Modelling.Activity;

public sealed class ShareTests
{
    [Fact]
    public void Curve_RisingShare_IsMonotonic()
    {
        var curve = ShareCurve.Of(MeasurementSample.Of(SweepKind.Rate, (1, 0.30), (50, 0.45), (100, 0.60)).Points)!;

        Assert.True(curve.IsMonotonic);
        Assert.True(curve.Rises);
        Assert.Equal([0.30, 0.45, 0.60], curve.Fit, (a, b) => Math.Abs(a - b) < 1e-9);
    }

    // Where the share falls by more than the intervals allow, no curve that never falls is within them.
    [Fact]
    public void Curve_FallingShare_IsNot()
    {
        var curve = ShareCurve.Of(MeasurementSample.Of(SweepKind.Rate, (1, 0.60), (50, 0.45), (100, 0.30)).Points)!;

        Assert.False(curve.IsMonotonic);
        Assert.InRange(curve.Violation, 0.1, 0.15);
        Assert.Equal(0.45, curve.Fit[0], 1e-9);
    }

    [Fact]
    public void Curve_FallWithinTheIntervals_IsMonotonic()
    {
        var curve = ShareCurve.Of([MeasurementSample.Point(1, 0.500, spread: 0.02), MeasurementSample.Point(100, 0.499, spread: 0.02)])!;

        Assert.True(curve.IsMonotonic);
        Assert.False(curve.Rises);
    }

    // Bands of 0.54 to 0.74 and of 0.45 to 0.55: 0.545 is within both, and the nearest curve by least squares, 0.528, is not.
    [Fact]
    public void Curve_OtherThanTheNearest_MayPassThroughEveryBand()
    {
        var curve = ShareCurve.Of([MeasurementSample.Point(1, 0.64, spread: 0.112), MeasurementSample.Point(100, 0.50, spread: 0.056)])!;

        Assert.True(curve.Fit[0] < curve.Bands[0].Low);
        Assert.True(curve.IsMonotonic);
        Assert.Equal(0, curve.Violation);
    }

    // Ten parts with a spread of 0.02 have a standard error of 0.0067; 1 - 0.05 / 2 of Student's t with 9 degrees of freedom lie within 2.685.
    [Fact]
    public void Bands_OfSeveralSteps_AreWiderThanTheirIntervals()
    {
        var curve = ShareCurve.Of([MeasurementSample.Point(1, 0.4, spread: 0.02), MeasurementSample.Point(100, 0.5, spread: 0.02)])!;

        Assert.Equal(0.0151, curve.Points[0].EngineShare.HalfWidth, 0.0001);
        Assert.Equal(0.0179, curve.Bands[0].HalfWidth, 0.0001);
    }

    // What a machine does in one trial all its parts have in common: they say nothing about the next trial.
    [Fact]
    public void Interval_OfTrialsThatDiffer_IsThatOfTheTrialsAndNotOfTheirParts()
    {
        var point = new SweepPoint { Value = 50, Trials = [.. new[] { 0.40, 0.50, 0.60 }.Select(static share => MeasurementSample.Trial(50, share, spread: 0.001))] };

        Assert.Equal(4.303 * 0.1 / Math.Sqrt(3), point.EngineShare.HalfWidth, 0.001);
        Assert.Equal(3, point.EngineShare.Samples);
    }

    [Fact]
    public void Curve_AboveCapacityOrWithoutEngines_IsLeftOut()
    {
        Assert.Equal(2, ShareCurve.Of(MeasurementSample.Of(SweepKind.Rate, (1, 0.3), (100, 0.4), (150, 0.2)).Points)!.Points.Count);
        Assert.Null(ShareCurve.Of(MeasurementSample.Of(SweepKind.Rate, (1, 0), (100, 0)).Points));
        Assert.Null(ShareCurve.Of(MeasurementSample.Of(SweepKind.Rate, (1, 0.3)).Points));
    }

    [Theory]
    [InlineData(100, 50, 80, 20, 5, 90)]
    [InlineData(100, 50, 80, 400, 500, 10)]
    public void Change_Contributions_AddUpToTheChange(double general, double handOver, double specialty, double general2, double handOver2, double specialty2)
    {
        var change = ShareChange.Between(new PacketCost(general, handOver, specialty, 1, 1), new PacketCost(general2, handOver2, specialty2, 1, 1));

        Assert.Equal(change.Total, change.General + change.HandOver + change.Specialty, 1e-12);
        Assert.NotEqual(0, change.Total, 1e-3);
    }

    [Fact]
    public void Change_OneAccountAlone_AnswersForAllOfIt()
    {
        var change = ShareChange.Between(new PacketCost(100, 100, 100, 1, 1), new PacketCost(100, 0, 100, 1, 1));

        Assert.Equal(change.Total, change.HandOver, 1e-12);
        Assert.Equal(0, change.General, 1e-12);
        Assert.Equal(0.5 - (1 / 3.0), change.Total, 1e-12);
    }

    [Fact]
    public void Shares_Accounts_FollowTheirFormulas()
    {
        var cpu = new AccountSeconds { General = 3, EligibleOnGeneral = 1, Specialty = 4, SpecialtyOther = 1, HandOver = 0.5, HandOverOnEngines = 0.5, Spin = 7, Idle = 1, Wall = 10 };

        Assert.Equal(0.5, EngineShares.Of(cpu), 1e-12);
        Assert.Equal(5 / 9.0, EngineShares.WithoutHandOver(cpu), 1e-12);
        Assert.Equal(18, cpu.Process, 1e-12);
    }
}
