using System.Xml.Linq;
using IpsecDp.Peers.Reports;

namespace Peers.Tests.Reports;

public class PeersChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Write_Result_IsWellFormedWithABarForEveryFigure()
    {
        var chart = Draw();
        Assert.Equal(Svg + "svg", chart.Root!.Name);
        var bars = chart.Descendants(Svg + "rect").Where(rectangle => ClassOf(rectangle).StartsWith("bar", StringComparison.Ordinal)).ToList();
        // Three contenders have a TCP figure and two a median round trip; nobody has the 99th percentile.
        Assert.Equal(5, bars.Count);
        Assert.Equal(2, bars.Count(bar => ClassOf(bar) == "bar ours"));
        Assert.Equal(bars.Count, chart.Descendants(Svg + "line").Count());
        Assert.Equal(3, chart.Descendants(Svg + "text").Count(text => text.Value == "absent"));
        Assert.Equal(4, chart.Descendants(Svg + "text").Count(text => text.Value == "failed"));
    }

    [Fact]
    public void Write_Bars_AreAsLongAsTheirMedians()
    {
        var widths = Draw().Descendants(Svg + "rect").Where(rectangle => ClassOf(rectangle).StartsWith("bar", StringComparison.Ordinal)).Select(bar => (double)bar.Attribute("width")!).ToList();
        // veth 9, wireguard-go 0.75, inline 5, in the order of the contenders.
        Assert.Equal(9 / 0.75, widths[0] / widths[1], 0.1);
        Assert.Equal(5 / 0.75, widths[2] / widths[1], 0.1);
    }

    [Fact]
    public void Write_EverythingDrawn_LiesInsideThePage()
    {
        var chart = Draw();
        var box = ((string)chart.Root!.Attribute("viewBox")!).Split(' ').Select(double.Parse).ToArray();
        Assert.All(chart.Descendants(Svg + "text"), text =>
        {
            Assert.InRange((double)text.Attribute("x")!, 0, box[2]);
            Assert.InRange((double)text.Attribute("y")!, 0, box[3]);
        });
        Assert.All(chart.Descendants(Svg + "rect"), bar => Assert.InRange((double)bar.Attribute("x")! + (double)bar.Attribute("width")!, 0, box[2]));
    }

    [Fact]
    public void Write_Style_KnowsLightAndDark()
    {
        var style = Draw().Descendants(Svg + "style").Single().Value;
        Assert.Contains("prefers-color-scheme:dark", style, StringComparison.Ordinal);
    }

    private static XDocument Draw()
    {
        using var output = new MemoryStream();
        PeersChart.Write(KnownResult.Create(), output);
        output.Position = 0;
        return XDocument.Load(output);
    }

    private static string ClassOf(XElement element) => (string)element.Attribute("class")!;
}
