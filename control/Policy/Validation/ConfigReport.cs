namespace IpsecDp.Policy.Validation;

/// <summary>Errors or warnings in the order of the text; beyond a hundred they are only counted.</summary>
public sealed record ConfigReport(IReadOnlyList<ConfigError> Shown, int More)
{
    /// <summary>Nothing to say.</summary>
    public static ConfigReport Empty { get; } = new([], 0);

    /// <summary>Whether there is nothing to say.</summary>
    public bool IsEmpty => Shown.Count == 0;

    /// <summary>One line each, then how many more there are.</summary>
    public override string ToString() => string.Join('\n', More > 0 ? [.. Shown.Select(e => e.ToString()), $"and {More} more"] : Shown.Select(e => e.ToString()));
}
