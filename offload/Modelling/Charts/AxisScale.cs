using System.Globalization;

namespace IpsecDp.Modelling.Charts;

/// <summary>Where values lie along an axis, and where its tick marks are.</summary>
internal sealed class AxisScale
{
    private const int WantedTicks = 6;

    private readonly double _from;
    private readonly double _to;
    private readonly bool _isLogarithmic;

    private AxisScale(double low, double high, double from, double to, bool isLogarithmic, IReadOnlyList<(double, string)> ticks)
    {
        (Low, High, _from, _to, _isLogarithmic, Ticks) = (low, high, from, to, isLogarithmic, ticks);
    }

    /// <summary>The value at the axis's beginning.</summary>
    public double Low { get; }

    /// <summary>The value at its end.</summary>
    public double High { get; }

    /// <summary>Tick marks: value and text.</summary>
    public IReadOnlyList<(double Value, string Text)> Ticks { get; }

    /// <summary>A scale that shows all values between two places.</summary>
    public static AxisScale Of(ChartAxis axis, IEnumerable<double> values, double from, double to)
    {
        if (axis.Categories.Count > 0)
        {
            return new AxisScale(-0.5, axis.Categories.Count - 0.5, from, to, false, [.. axis.Categories.Select(static (name, at) => ((double)at, name))]);
        }

        double[] known = [.. values.Where(double.IsFinite)];
        return axis.IsLogarithmic ? Logarithmic(axis, known, from, to) : Linear(axis, known, from, to);
    }

    /// <summary>The place of a value.</summary>
    public double At(double value)
    {
        var (low, high, at) = _isLogarithmic ? (Math.Log10(Low), Math.Log10(High), Math.Log10(Math.Max(value, Low))) : (Low, High, value);
        return _from + ((at - low) / (high - low) * (_to - _from));
    }

    private static AxisScale Linear(ChartAxis axis, double[] values, double from, double to)
    {
        var low = Math.Min(axis.Least ?? double.PositiveInfinity, values.DefaultIfEmpty(axis.Least ?? 0).Min());
        var high = Math.Max(axis.Most ?? double.NegativeInfinity, values.DefaultIfEmpty(axis.Most ?? 1).Max());
        if (high - low <= Math.Abs(high) * 1e-9)
        {
            (low, high) = (low - (low == 0 ? 0 : Math.Abs(low) * 0.5), high + (high == 0 ? 1 : Math.Abs(high) * 0.5));
        }

        var step = NiceStep((high - low) / WantedTicks);
        low = Math.Floor((low / step) + 1e-9) * step;
        high = Math.Ceiling((high / step) - 1e-9) * step;
        var count = (int)Math.Round((high - low) / step);
        return new AxisScale(low, high, from, to, false, [.. Enumerable.Range(0, count + 1).Select(n => low + (n * step)).Select(value => (value, Text(value, step)))]);
    }

    private static AxisScale Logarithmic(ChartAxis axis, double[] values, double from, double to)
    {
        double[] positive = [.. values.Where(static value => value > 0)];
        var low = Math.Min(axis.Least ?? double.PositiveInfinity, positive.DefaultIfEmpty(axis.Least ?? 1).Min());
        var high = Math.Max(axis.Most ?? double.NegativeInfinity, positive.DefaultIfEmpty(axis.Most ?? 10).Max());
        var (first, last) = ((int)Math.Floor(Math.Log10(low) + 1e-9), (int)Math.Ceiling(Math.Log10(high) - 1e-9));
        last = Math.Max(last, first + 1);
        return new AxisScale(Math.Pow(10, first), Math.Pow(10, last), from, to, true, [.. Enumerable.Range(first, last - first + 1).Select(static power => Math.Pow(10, power)).Select(static value => (value, Text(value, value)))]);
    }

    private static double NiceStep(double raw)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return (raw / power) switch
        {
            <= 1.0000001 => 1,
            <= 2.0000001 => 2,
            <= 5.0000001 => 5,
            _ => 10,
        } * power;
    }

    private static string Text(double value, double step)
    {
        var places = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 9);
        var text = Math.Round(value, places).ToString("N" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text;
    }
}
