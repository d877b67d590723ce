using System.Globalization;
using System.Xml.Linq;

namespace IpsecDp.Modelling.Charts;

/// <summary>Series over a common axis, with bands where intervals are known, as SVG.</summary>
public sealed record LineChart(string Title, ChartAxis X, ChartAxis Y, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>Draws it.</summary>
    public XElement Draw()
    {
        var points = Series.SelectMany(static series => series.Points).ToArray();
        var frame = new ChartFrame(
            Title, X, Y,
            [.. Series.Select(static series => (series.Name, series.Hue, (SeriesStyle?)series.Style))],
            points.Select(static point => point.X),
            points.SelectMany(static point => new[] { point.Y, point.Low ?? point.Y, point.High ?? point.Y }));
        var marks = Svg.Group("marks");
        foreach (var series in Series)
        {
            DrawBand(frame, series, marks);
        }

        foreach (var series in Series)
        {
            DrawLine(frame, series, marks);
        }

        return frame.With(marks);
    }

    private static void DrawBand(ChartFrame frame, ChartSeries series, XElement marks)
    {
        ChartPoint[] known = [.. series.Points.Where(static point => point.Low is { } low && point.High is { } high && double.IsFinite(low) && double.IsFinite(high))];
        if (known.Length > 1)
        {
            var upper = known.Select(point => (frame.X.At(point.X), frame.Y.At(Math.Min(point.High!.Value, frame.Y.High))));
            var lower = known.Reverse().Select(point => (frame.X.At(point.X), frame.Y.At(Math.Max(point.Low!.Value, frame.Y.Low))));
            marks.Add(Svg.Path($"band {Svg.HueOf(series.Hue)}", $"{Svg.Polyline(upper.Concat(lower))} Z"));
        }
    }

    private void DrawLine(ChartFrame frame, ChartSeries series, XElement marks)
    {
        ChartPoint[] known = [.. series.Points.Where(static point => double.IsFinite(point.Y))];
        if (known.Length > 1)
        {
            marks.Add(Svg.Path(ChartFrame.LineKind(series.Hue, series.Style), Svg.Polyline(known.Select(point => (frame.X.At(point.X), frame.Y.At(point.Y))))));
        }

        if (series.Style == SeriesStyle.DashedLine)
        {
            return;
        }

        foreach (var point in known)
        {
            marks.Add(Svg.Mark(series.Hue, frame.X.At(point.X), frame.Y.At(point.Y), series.Style == SeriesStyle.Other, Hint(series, point)));
        }
    }

    private string Hint(ChartSeries series, ChartPoint point)
    {
        var x = X.Categories.Count > 0 ? X.Categories[(int)point.X] : string.Create(CultureInfo.InvariantCulture, $"{point.X:0.###}");
        var interval = point is { Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $" [{low:0.###} to {high:0.###}]") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{series.Name}: {point.Y:0.####} {Y.Unit}{interval} at {x} {X.Unit}");
    }
}
