using System.Globalization;
using System.Xml.Linq;

namespace IpsecDp.Modelling.Charts;

/// <summary>The few SVG elements the charts are made of.</summary>
internal static class Svg
{
    private static readonly XNamespace Space = "http://www.w3.org/2000/svg";

    public static XElement Element(string name, params object[] content) => new(Space + name, content);

    public static XElement Group(string kind, params object[] content) => Element("g", new XAttribute("class", kind), content);

    public static XElement Line(string kind, double x1, double y1, double x2, double y2) =>
        Element("line", new XAttribute("class", kind), At("x1", x1), At("y1", y1), At("x2", x2), At("y2", y2));

    public static XElement Text(string kind, double x, double y, string text, params object[] more) =>
        Element("text", new XAttribute("class", kind), At("x", x), At("y", y), more, text);

    public static XElement Rectangle(string kind, double x, double y, double width, double height, params object[] more) =>
        Element("rect", new XAttribute("class", kind), At("x", x), At("y", y), At("width", width), At("height", height), more);

    public static XElement Path(string kind, string description) => Element("path", new XAttribute("class", kind), new XAttribute("d", description));

    public static XElement Hint(string text) => Element("title", text);

    public static XAttribute At(string name, double value) => new(name, Number(value));

    public static string Number(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    public static string Polyline(IEnumerable<(double X, double Y)> points) => "M" + string.Join(" L", points.Select(static point => $"{Number(point.X)} {Number(point.Y)}"));

    /// <summary>The mark of a hue, so that colour is not the only difference.</summary>
    public static XElement Mark(int hue, double x, double y, bool isHollow, string? hint)
    {
        var kind = $"mark {HueOf(hue)}{(isHollow ? " hollow" : "")}";
        const double R = 3.6;
        var mark = (hue % 4) switch
        {
            0 => Element("circle", new XAttribute("class", kind), At("cx", x), At("cy", y), At("r", R)),
            1 => Rectangle(kind, x - R + 0.4, y - R + 0.4, (2 * R) - 0.8, (2 * R) - 0.8),
            2 => Path(kind, $"{Polyline([(x, y - R - 0.8), (x + R + 0.6, y + R - 0.4), (x - R - 0.6, y + R - 0.4)])} Z"),
            _ => Path(kind, $"{Polyline([(x, y - R - 1), (x + R + 1, y), (x, y + R + 1), (x - R - 1, y)])} Z"),
        };
        if (hint is not null)
        {
            mark.Add(Hint(hint));
        }

        return mark;
    }

    public static string HueOf(int hue) => string.Create(CultureInfo.InvariantCulture, $"h{hue % 8}");
}
