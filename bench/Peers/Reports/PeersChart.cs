using System.Globalization;
using System.Xml;
using IpsecDp.Peers.Measures;
using IpsecDp.Peers.Results;
using IpsecDp.Peers.Statistics;

namespace IpsecDp.Peers.Reports;

/// <summary>The result as an SVG chart: a panel per figure, a bar per contender as long as its median, a line from least to most.</summary>
internal sealed class PeersChart
{
    private const int Width = 860;
    private const int LabelWidth = 230;
    private const int FigureWidth = 90;
    private const int Margin = 20;
    private const int BarStep = 24;
    private const int BarHeight = 14;
    private const int TitleHeight = 40;
    private const int PanelGap = 14;
    private const int BaseLine = 11;
    private const int HeadHeight = 52;
    private const int LineHeight = 18;
    private const string Title = "Tunnels of one machine side by side";
    private const string MicroSeconds = "µs";
    private const string Space = "http://www.w3.org/2000/svg";

    // Contrast holds on white and on near black; who reads in the dark is asked for by the viewer.
    private const string Style = """
        text{font:13px system-ui,sans-serif;fill:#1f2430}.head{font-size:17px;font-weight:600}.title{font-weight:600}.figure{font-variant-numeric:tabular-nums}
        .page{fill:#ffffff}.bar{fill:#8a94a6}.ours{fill:#1f6feb}.range{stroke:#1f2430;stroke-width:1.5;stroke-linecap:round}
        @media(prefers-color-scheme:dark){text{fill:#e6e9ef}.page{fill:#14171d}.bar{fill:#6b7486}.ours{fill:#4c8ff5}.range{stroke:#e6e9ef}}
        """;

    private static readonly string[] Ours = ["inline", "pool", "esp"];

    private readonly PeersResult _result;
    private readonly XmlWriter _svg;
    private int _y = Margin;

    private PeersChart(PeersResult result, XmlWriter svg) => (_result, _svg) = (result, svg);

    /// <summary>Writes it.</summary>
    public static void Write(PeersResult result, Stream output)
    {
        using var svg = XmlWriter.Create(output, new XmlWriterSettings { Indent = true });
        new PeersChart(result, svg).Write();
    }

    private void Write()
    {
        var height = Margin + HeadHeight + (_result.Metrics.Count * ((TitleHeight / 2) + (_result.Contenders.Count * BarStep) + PanelGap + (TitleHeight / 2)));
        _svg.WriteStartElement("svg", Space);
        _svg.WriteAttributeString("viewBox", Text($"0 0 {Width} {height}"));
        _svg.WriteAttributeString("role", "img");
        _svg.WriteElementString("title", Space, Title);
        _svg.WriteElementString("style", Space, Style);
        WriteRectangle("page", 0, 0, Width, height);
        WriteText("head", Margin, _y + BaseLine, Title, "start");
        WriteText("note", Margin, _y + BaseLine + LineHeight, Text($"Bar: median of {_result.Options.Rounds} rounds. Line: least to most. Coloured: ours. Threads {_result.Options.Placement.Name}."), "start");
        _y += HeadHeight;
        foreach (var metric in _result.Metrics)
        {
            WritePanel(metric);
        }

        _svg.WriteEndElement();
    }

    private void WritePanel(Metric metric)
    {
        WriteText("title", Margin, _y + BaseLine, $"{metric.Title}, {metric.Unit}, {(metric.Unit == MicroSeconds ? "less" : "more")} is better", "start");
        _y += TitleHeight / 2;
        var most = _result.Samples.Where(sample => sample.Metric == metric.Name).Select(sample => sample.Figure).DefaultIfEmpty(0).Max();
        foreach (var contender in _result.Contenders)
        {
            WriteText("name", LabelWidth, _y + BaseLine, contender.Title, "end");
            var samples = _result.Of(contender.Name, metric.Name);
            if (samples.Count == 0)
            {
                WriteText("figure", LabelWidth + PanelGap, _y + BaseLine, _result.Absences.ContainsKey(contender.Name) ? "absent" : "failed", "start");
            }
            else
            {
                WriteBar(contender.Name, Spread.Of(samples.Select(sample => sample.Figure)), most);
            }

            _y += BarStep;
        }

        _y += (TitleHeight / 2) + PanelGap;
    }

    private void WriteBar(string contender, Spread figures, double most)
    {
        double At(double figure) => most > 0 ? figure / most * (Width - LabelWidth - FigureWidth - (2 * Margin)) : 0;
        var start = LabelWidth + PanelGap;
        WriteRectangle(Ours.Contains(contender) ? "bar ours" : "bar", start, _y, At(figures.Median), BarHeight);
        _svg.WriteStartElement("line", Space);
        _svg.WriteAttributeString("class", "range");
        _svg.WriteAttributeString("x1", Text($"{start + At(figures.Least):0.#}"));
        _svg.WriteAttributeString("x2", Text($"{start + At(figures.Most):0.#}"));
        _svg.WriteAttributeString("y1", Text($"{_y + (BarHeight / 2)}"));
        _svg.WriteAttributeString("y2", Text($"{_y + (BarHeight / 2)}"));
        _svg.WriteEndElement();
        WriteText("figure", Width - Margin, _y + BaseLine, FigureText.Of(figures.Median), "end");
    }

    private void WriteRectangle(string kind, double x, double y, double width, double height)
    {
        _svg.WriteStartElement("rect", Space);
        _svg.WriteAttributeString("class", kind);
        _svg.WriteAttributeString("x", Text($"{x:0.#}"));
        _svg.WriteAttributeString("y", Text($"{y:0.#}"));
        _svg.WriteAttributeString("width", Text($"{width:0.#}"));
        _svg.WriteAttributeString("height", Text($"{height:0.#}"));
        _svg.WriteEndElement();
    }

    private void WriteText(string kind, double x, double y, string text, string anchor)
    {
        _svg.WriteStartElement("text", Space);
        _svg.WriteAttributeString("class", kind);
        _svg.WriteAttributeString("x", Text($"{x:0.#}"));
        _svg.WriteAttributeString("y", Text($"{y:0.#}"));
        _svg.WriteAttributeString("text-anchor", anchor);
        _svg.WriteString(text);
        _svg.WriteEndElement();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
