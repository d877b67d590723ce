namespace IpsecDp.Modelling.Charts;

/// <summary>A value of a series, and the interval it lies in where one is known.</summary>
public readonly record struct ChartPoint(double X, double Y, double? Low = null, double? High = null);
