using System.Text.RegularExpressions;
using System.Xml.Linq;
using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Pages;
using Offload.Tests.Modelling.Activity;

namespace Offload.Tests.Modelling.Pages;

public sealed partial class MeasurementPageTests
{
    private static readonly Measurement Sample = MeasurementSample.Of(SweepKind.Rate, (1, 0.3), (10, 0.4), (50, 0.5), (100, 0.6), (150, 0.6));

    [Theory]
    [InlineData(SweepKind.Rate, 9)]
    [InlineData(SweepKind.Engines, 10)]
    [InlineData(SweepKind.Size, 10)]
    [InlineData(SweepKind.Tunnels, 10)]
    public void Write_EverySweep_DrawsEveryChartWholly(SweepKind sweep, int charts)
    {
        var page = Parsed(MeasurementPage.Write(MeasurementSample.Of(sweep, (1, 0.3), (2, 0.5), (4, 0.6))));

        var drawn = page.Descendants().Where(element => element.Name.LocalName == "svg").ToArray();
        Assert.Equal(charts, drawn.Length);
        Assert.All(drawn, RequireWhole);
    }

    [Fact]
    public void Write_Comparison_AddsChartsWithBothRuns()
    {
        var page = Parsed(MeasurementPage.Write(Sample, MeasurementSample.Of(SweepKind.Rate, (1, 0.2), (100, 0.3))));

        var drawn = page.Descendants().Where(element => element.Name.LocalName == "svg").ToArray();
        Assert.Equal(14, drawn.Length);
        Assert.All(drawn, RequireWhole);
        Assert.All(drawn[9..], chart => Assert.NotEmpty(Of(chart, "hollow")));
    }

    [Fact]
    public void Write_Page_NeedsNoNetworkAndNoScript()
    {
        var text = MeasurementPage.Write(Sample).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);

        Assert.DoesNotContain("http", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("prefers-color-scheme:dark", text, StringComparison.Ordinal);
        Assert.Contains("@media print", text, StringComparison.Ordinal);
    }

    // The name of a capture file is whatever somebody called it.
    [Fact]
    public void Write_HostileName_StaysText()
    {
        var text = MeasurementPage.Write(Sample with { Setup = Sample.Setup with { Load = "</title><script>alert(1)</script>&.pcap" } });

        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.Contains("&lt;script", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NothingMeasured_SaysSo()
    {
        var text = MeasurementPage.Write(MeasurementSample.Of(SweepKind.Rate) with { Capacities = [], IsInterrupted = true });

        Assert.Contains("No step was finished.", text, StringComparison.Ordinal);
        Assert.Contains("ended before its time", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_OtherSweep_IsGiven()
    {
        Assert.Null(MeasurementPage.Refusal(SweepKind.Rate, Sample));
        Assert.NotNull(MeasurementPage.Refusal(SweepKind.Size, Sample));
    }

    // The twin: without its marks a chart is found out.
    [Fact]
    public void RequireWhole_ChartWithoutMarks_Fails()
    {
        var chart = Parsed(MeasurementPage.Write(Sample)).Descendants().First(element => element.Name.LocalName == "svg");
        chart.Elements().Single(element => Kind(element) == "marks").RemoveNodes();

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => RequireWhole(chart));
    }

    private static void RequireWhole(XElement chart)
    {
        Assert.Single(Of(chart, "title"));
        Assert.NotEmpty(Of(chart, "entry"));
        foreach (var axis in new[] { "axis x", "axis y" }.Select(kind => chart.Elements().Single(element => Kind(element) == kind)))
        {
            Assert.NotEmpty(Assert.Single(Of(axis, "caption")).Value);
            Assert.NotEmpty(Of(axis, "tick"));
            Assert.Equal(Of(axis, "tick").Length, Of(axis, "number").Length);
        }

        Assert.Contains('(', Assert.Single(Of(chart.Elements().Single(element => Kind(element) == "axis y"), "caption")).Value);
        Assert.NotEmpty(chart.Elements().Single(element => Kind(element) == "marks").Elements());
        Assert.DoesNotContain("NaN", chart.ToString(), StringComparison.Ordinal);
        RequireNoOverlap(Of(chart.Elements().Single(element => Kind(element) == "axis y"), "number"));
    }

    private static void RequireNoOverlap(XElement[] numbers)
    {
        const double LineHeight = 12;
        double[] places = [.. numbers.Select(number => double.Parse(number.Attribute("y")!.Value, System.Globalization.CultureInfo.InvariantCulture)).Order()];
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.Second - pair.First >= LineHeight));
    }

    private static XElement[] Of(XElement element, string kind) => [.. element.Descendants().Where(child => (Kind(child) ?? "").Split(' ').Contains(kind))];

    private static string? Kind(XElement element) => element.Attribute("class")?.Value;

    private static XElement Parsed(string page) => XDocument.Parse(Declaration().Replace(page, "")).Root!;

    [GeneratedRegex("^<!DOCTYPE html>")]
    private static partial Regex Declaration();
}
