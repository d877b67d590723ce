using System.Globalization;
using System.Xml.Linq;

namespace IpsecDp.Modelling.Charts;

/// <summary>Values side by side for each of some categories, as SVG.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="X">The categories.</param>
/// <param name="Y">The height.</param>
/// <param name="Groups">Name, hue and a value for each category; NaN leaves a gap.</param>
public sealed record GroupedBarChart(string Title, ChartAxis X, ChartAxis Y, IReadOnlyList<(string Name, int Hue, IReadOnlyList<double> Values)> Groups)
{
    private const double LargestBar = 30;

    /// <summary>Draws it.</summary>
    public XElement Draw()
    {
        var frame = new ChartFrame(Title, X, Y with { Least = 0 }, [.. Groups.Select(static group => (group.Name, group.Hue, (SeriesStyle?)null))], [], Groups.SelectMany(static group => group.Values));
        var marks = Svg.Group("marks");
        var width = Math.Min(LargestBar, frame.CategoryWidth * 0.8 / Math.Max(1, Groups.Count));
        for (var at = 0; at < X.Categories.Count; at++)
        {
            var left = frame.X.At(at) - (width * Groups.Count / 2);
            for (var group = 0; group < Groups.Count; group++)
            {
                var (name, hue, values) = Groups[group];
                if (values[at] > 0)
                {
                    var top = frame.Y.At(values[at]);
                    var hint = string.Create(CultureInfo.InvariantCulture, $"{name}: {values[at]:0.###} {Y.Unit} at {X.Categories[at]} {X.Unit}");
                    marks.Add(Svg.Rectangle($"bar {Svg.HueOf(hue)}", left + (group * width) + 0.5, top, width - 1, frame.Floor - top, Svg.Hint(hint)));
                }
            }
        }

        return frame.With(marks);
    }
}
