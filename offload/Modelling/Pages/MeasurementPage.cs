using System.Globalization;
using System.Text;
using System.Xml.Linq;
using IpsecDp.Modelling.Activity;

namespace IpsecDp.Modelling.Pages;

/// <summary>A measurement as one HTML page that needs no network and no script.</summary>
public static class MeasurementPage
{
    /// <summary>Why a measurement of a kind of sweep cannot be compared with another; null where it can.</summary>
    public static string? Refusal(SweepKind sweep, Measurement other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ComparisonCharts.Refusal(sweep, other.Setup.Sweep);
    }

    /// <summary>Writes the page; <paramref name="other"/> is a measurement it is compared with, of the same kind of sweep.</summary>
    public static string Write(Measurement measurement, Measurement? other = null)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        var title = $"IPsec offload under load: {measurement.Setup.Load}";
        var body = new XElement("body", Heading(measurement, title));
        body.Add(new XElement("section", new XElement("h2", "What it says"), Sentences(measurement)));
        body.Add(Charts("Charts", new MeasurementCharts(measurement).Draw()));
        if (other is not null)
        {
            body.Add(Charts("Compared with another run", ComparisonCharts.Draw(measurement, other)));
        }

        body.Add(MeasurementTables.All(measurement));
        body.Add(new XElement("footer", "Latency is counted from the moment a packet arrives by the load's clock, whether or not anybody is there to take it. Rows on a tinted ground were taken while the hypervisor or other programs had a part of the processors. The load's own clock and sink are no part of the product and left out of its CPU time."));
        var head = new XElement(
            "head",
            new XElement("meta", new XAttribute("charset", "utf-8")),
            new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
            new XElement("link", new XAttribute("rel", "icon"), new XAttribute("href", "data:,")),
            new XElement("title", title),
            new XElement("style", PageStyle.Text + PageStyle.Hues));
        var page = new XElement("html", new XAttribute("lang", "en"), head, body);
        return new StringBuilder("<!DOCTYPE html>\n").Append(page.ToString(SaveOptions.DisableFormatting)).Append('\n').ToString();
    }

    private static object[] Heading(Measurement measurement, string title)
    {
        var setup = measurement.Setup;
        return
        [
            new XElement("h1", title),
            new XElement("p", new XAttribute("class", "under"), string.Create(CultureInfo.InvariantCulture, $"ipsecdp measure, {setup.StartedAt:yyyy-MM-dd HH:mm} UTC{(measurement.IsInterrupted ? ", ended before its time" : "")}")),
            new XElement("dl", MeasurementWords.Setup(setup).SelectMany(static entry => new[] { new XElement("dt", entry.Name), new XElement("dd", entry.Text) })),
        ];
    }

    private static XElement Sentences(Measurement measurement)
    {
        var sentences = Conclusions.Of(measurement);
        return sentences.Count == 0
            ? new XElement("p", "Nothing was found that needs saying.")
            : new XElement("ul", new XAttribute("class", "say"), sentences.Select(static sentence => new XElement("li", sentence)));
    }

    // An empty element would be written in a form that HTML takes for its beginning alone.
    private static XElement Charts(string title, IEnumerable<XElement> charts)
    {
        XElement[] figures = [.. charts.Select(static chart => new XElement("figure", chart))];
        return new XElement(
            "section",
            new XElement("h2", title),
            figures.Length == 0 ? new XElement("p", "No step was finished.") : new XElement("div", new XAttribute("class", "charts"), figures));
    }
}
