using System.Globalization;
using System.Xml.Linq;

namespace IpsecDp.Modelling.Charts;

/// <summary>Parts of a whole for each of some categories, one upon the other, as SVG.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="X">The categories.</param>
/// <param name="Y">The sum of the parts.</param>
/// <param name="Parts">Name, hue and a value for each category, the lowest part first.</param>
public sealed record StackedBarChart(string Title, ChartAxis X, ChartAxis Y, IReadOnlyList<(string Name, int Hue, IReadOnlyList<double> Values)> Parts)
{
    private const double LargestBar = 44;

    /// <summary>Draws it.</summary>
    public XElement Draw()
    {
        var sums = Enumerable.Range(0, X.Categories.Count).Select(at => Parts.Sum(part => part.Values[at]));
        var frame = new ChartFrame(Title, X, Y with { Least = 0 }, [.. Parts.Select(static part => (part.Name, part.Hue, (SeriesStyle?)null))], [], sums);
        var marks = Svg.Group("marks");
        var width = Math.Min(LargestBar, frame.CategoryWidth * 0.7);
        for (var at = 0; at < X.Categories.Count; at++)
        {
            var floor = 0.0;
            foreach (var (name, hue, values) in Parts)
            {
                if (values[at] > 0)
                {
                    var (top, bottom) = (frame.Y.At(floor + values[at]), frame.Y.At(floor));
                    var hint = string.Create(CultureInfo.InvariantCulture, $"{name}: {values[at]:0.###} {Y.Unit} at {X.Categories[at]} {X.Unit}");
                    marks.Add(Svg.Rectangle($"bar {Svg.HueOf(hue)}", frame.X.At(at) - (width / 2), top, width, bottom - top, Svg.Hint(hint)));
                    floor += values[at];
                }
            }
        }

        return frame.With(marks);
    }
}
