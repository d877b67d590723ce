using System.Text.RegularExpressions;
using System.Xml.Linq;
using EndToEnd.Tests.Lab;

namespace EndToEnd.Tests.Measure;

/// <summary>The page of <c>measure --html</c> as a browser shows it.</summary>
public sealed partial class MeasurePageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-page-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Html_InABrowser_ShowsEveryChartWithMarksAxesAndUnits()
    {
        Assert.SkipWhen(Browser.Hindrance is not null, Browser.Hindrance ?? "");
        var (page, other) = (Path.Combine(_folder.FullName, "page.html"), Path.Combine(_folder.FullName, "other.json"));
        var first = ProgramRun.Of("measure", "--load", "mixed", "--seconds", "0.05", "--repeat", "1", "--values", "10,100", "--json");
        Assert.True(first.ExitCode == 0, first.Errors);
        File.WriteAllText(other, first.Output);
        var run = ProgramRun.Of("measure", "--load", "mixed", "--seconds", "0.05", "--repeat", "1", "--values", "10,50,100", "--html", page, "--compare", other);
        Assert.True(run.ExitCode == 0, run.Errors);

        var (document, console) = Browser.Load(page);

        Assert.Empty(console);
        XElement[] charts = [.. Chart().Matches(document).Select(match => XElement.Parse(match.Value))];
        Assert.InRange(charts.Length, 11, 14);
        Assert.All(charts, RequireWhole);
        Assert.Contains("Compared with another run", document, StringComparison.Ordinal);
    }

    // The twin: what a page has to say of itself is heard.
    [Fact]
    public void Load_PageWithAFaultyScript_TellsOfIt()
    {
        Assert.SkipWhen(Browser.Hindrance is not null, Browser.Hindrance ?? "");
        var page = Path.Combine(_folder.FullName, "faulty.html");
        File.WriteAllText(page, "<!DOCTYPE html><html><head><title>x</title></head><body><svg class=\"chart\"></svg><script>nothing.at.all()</script></body></html>");

        var (document, console) = Browser.Load(page);

        Assert.NotEmpty(console);
        Assert.ThrowsAny<Exception>(() => RequireWhole(XElement.Parse(Chart().Match(document).Value)));
    }

    private static void RequireWhole(XElement chart)
    {
        Assert.NotEmpty(Assert.Single(Of(chart, "title")).Value);
        foreach (var axis in new[] { "axis x", "axis y" }.Select(kind => chart.Elements().Single(element => Kind(element) == kind)))
        {
            Assert.NotEmpty(Assert.Single(Of(axis, "caption")).Value);
            Assert.NotEmpty(Of(axis, "tick"));
            Assert.Equal(Of(axis, "tick").Length, Of(axis, "number").Length);
        }

        var unit = Assert.Single(Of(chart.Elements().Single(element => Kind(element) == "axis y"), "caption")).Value;
        Assert.Matches(@"\(.+\)$", unit);
        Assert.NotEmpty(chart.Elements().Single(element => Kind(element) == "marks").Elements());
        Assert.NotEmpty(Of(chart, "entry"));
    }

    private static XElement[] Of(XElement element, string kind) => [.. element.Descendants().Where(child => (Kind(child) ?? "").Split(' ').Contains(kind))];

    private static string? Kind(XElement element) => element.Attribute("class")?.Value;

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Chart();
}
