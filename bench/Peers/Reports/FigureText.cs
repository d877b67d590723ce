using System.Globalization;

namespace IpsecDp.Peers.Reports;

/// <summary>How figures are written.</summary>
internal static class FigureText
{
    private const double Large = 100;
    private const double Middle = 10;

    /// <summary>Three figures that count, or a dash for what is no number.</summary>
    public static string Of(double figure) => !double.IsFinite(figure) ? "–" : figure.ToString(
        Math.Abs(figure) switch
        {
            >= Large => "0",
            >= Middle => "0.0",
            _ => "0.00",
        },
        CultureInfo.InvariantCulture);

    /// <summary>The same rounded as a number, null for what is none.</summary>
    public static double? Rounded(double figure) => double.IsFinite(figure) ? Math.Round(figure, 4) : null;
}
