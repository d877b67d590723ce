namespace IpsecDp.Modelling.Charts;

/// <summary>Values that belong together; colour and mark follow from <paramref name="Hue"/>, so that the same thing looks the same in every chart.</summary>
public sealed record ChartSeries(string Name, int Hue, IReadOnlyList<ChartPoint> Points, SeriesStyle Style = SeriesStyle.LineAndMarks);
