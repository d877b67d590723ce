namespace IpsecDp.Modelling.Charts;

/// <summary>What an axis shows.</summary>
/// <param name="Title">What is measured.</param>
/// <param name="Unit">In what.</param>
public sealed record ChartAxis(string Title, string Unit)
{
    /// <summary>The value the axis begins with at the latest; null leaves it to the data.</summary>
    public double? Least { get; init; }

    /// <summary>The value the axis ends with at the earliest; null leaves it to the data.</summary>
    public double? Most { get; init; }

    /// <summary>Whether equal distances are equal factors; values at and below zero are drawn at its beginning.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Names in place of numbers: the value n stands for the n-th name.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Title and unit as they are written along the axis.</summary>
    public string Caption => Unit.Length == 0 ? Title : $"{Title} ({Unit})";
}
