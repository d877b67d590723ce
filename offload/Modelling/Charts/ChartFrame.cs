using System.Xml.Linq;

namespace IpsecDp.Modelling.Charts;

/// <summary>What every chart has: title, legend, two axes with tick marks, units and grid.</summary>
internal sealed class ChartFrame
{
    private const double Width = 680;
    private const double Left = 88;
    private const double Right = 20;
    private const double TitleHeight = 30;
    private const double LegendRow = 19;
    private const double PlotHeight = 250;
    private const double Bottom = 58;
    private const double TickLength = 5;

    // Of the page's font at 12 pixels, on the generous side.
    private const double LetterWidth = 7;

    private readonly XElement _svg;
    private readonly double _top;

    /// <summary>Draws the frame around the values.</summary>
    public ChartFrame(string title, ChartAxis x, ChartAxis y, IReadOnlyList<(string Name, int Hue, SeriesStyle? Style)> legend, IEnumerable<double> xs, IEnumerable<double> ys)
    {
        var rows = LegendRows(legend);
        _top = TitleHeight + (rows.Count * LegendRow) + 10;
        var height = _top + PlotHeight + Bottom;
        X = AxisScale.Of(x, xs, Left, Width - Right);
        Y = AxisScale.Of(y, ys, _top + PlotHeight, _top);
        _svg = Svg.Element(
            "svg",
            new XAttribute("class", "chart"),
            new XAttribute("viewBox", $"0 0 {Svg.Number(Width)} {Svg.Number(height)}"),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", title),
            Svg.Text("title", Left, 18, title));
        DrawLegend(rows);
        DrawYAxis(y);
        DrawXAxis(x);
    }

    /// <summary>The scale from left to right.</summary>
    public AxisScale X { get; }

    /// <summary>The scale from bottom to top.</summary>
    public AxisScale Y { get; }

    /// <summary>The place of the bottom.</summary>
    public double Floor => _top + PlotHeight;

    /// <summary>Pixels between the places of two neighbouring categories.</summary>
    public double CategoryWidth => X.At(1) - X.At(0);

    /// <summary>Adds what the chart shows and gives the whole.</summary>
    public XElement With(XElement marks)
    {
        _svg.Add(marks);
        return _svg;
    }

    private static List<List<(string Name, int Hue, SeriesStyle? Style, double At)>> LegendRows(IReadOnlyList<(string Name, int Hue, SeriesStyle? Style)> legend)
    {
        List<List<(string, int, SeriesStyle?, double)>> rows = [];
        var at = double.PositiveInfinity;
        foreach (var (name, hue, style) in legend)
        {
            var width = 34 + (name.Length * LetterWidth);
            if (at + width > Width - Right)
            {
                rows.Add([]);
                at = Left;
            }

            rows[^1].Add((name, hue, style, at));
            at += width;
        }

        return rows;
    }

    private void DrawLegend(List<List<(string Name, int Hue, SeriesStyle? Style, double At)>> rows)
    {
        var group = Svg.Group("legend");
        for (var row = 0; row < rows.Count; row++)
        {
            var y = TitleHeight + (row * LegendRow) + 8;
            foreach (var (name, hue, style, at) in rows[row])
            {
                group.Add(style switch
                {
                    null => Svg.Rectangle($"bar {Svg.HueOf(hue)}", at + 4, y - 6, 12, 12),
                    _ => Svg.Line(LineKind(hue, style.Value), at, y, at + 20, y),
                });
                if (style is SeriesStyle.LineAndMarks or SeriesStyle.Other)
                {
                    group.Add(Svg.Mark(hue, at + 10, y, style == SeriesStyle.Other, hint: null));
                }

                group.Add(Svg.Text("entry", at + 25, y + 4, name));
            }
        }

        _svg.Add(group);
    }

    /// <summary>The classes of a series' line.</summary>
    public static string LineKind(int hue, SeriesStyle style) => $"line {Svg.HueOf(hue)}{(style == SeriesStyle.LineAndMarks ? "" : " dashed")}";

    private void DrawYAxis(ChartAxis axis)
    {
        var group = Svg.Group("axis y");
        foreach (var (value, text) in Y.Ticks)
        {
            var at = Y.At(value);
            group.Add(
                Svg.Line("grid", Left, at, Width - Right, at),
                Svg.Line("tick", Left - TickLength, at, Left, at),
                Svg.Text("number", Left - TickLength - 4, at + 4, text, new XAttribute("text-anchor", "end")));
        }

        var middle = _top + (PlotHeight / 2);
        group.Add(
            Svg.Line("base", Left, _top, Left, Floor),
            Svg.Text("caption", 14, middle, axis.Caption, new XAttribute("text-anchor", "middle"), new XAttribute("transform", $"rotate(-90 14 {Svg.Number(middle)})")));
        _svg.Add(group);
    }

    private void DrawXAxis(ChartAxis axis)
    {
        var group = Svg.Group("axis x");
        foreach (var (value, text) in X.Ticks)
        {
            var at = X.At(value);
            group.Add(
                Svg.Line("tick", at, Floor, at, Floor + TickLength),
                Svg.Text("number", at, Floor + TickLength + 14, text, new XAttribute("text-anchor", "middle")));
        }

        group.Add(
            Svg.Line("base", Left, Floor, Width - Right, Floor),
            Svg.Text("caption", Left + ((Width - Left - Right) / 2), Floor + 44, axis.Caption, new XAttribute("text-anchor", "middle")));
        _svg.Add(group);
    }
}
