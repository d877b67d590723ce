using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Validation;

/// <summary>Collects errors and warnings of one compilation, so that the operator hears every fault at once and not ten million of them.</summary>
internal sealed class Findings
{
    /// <summary>How many errors, and how many warnings, are kept.</summary>
    public const int Shown = 100;

    private const int Patience = 10_000;

    private readonly List<ConfigError> _errors = [];
    private readonly List<ConfigError> _warnings = [];
    private int _errorCount;
    private int _warningCount;

    /// <summary>Errors found so far, kept or only counted.</summary>
    public int ErrorCount => _errorCount;

    /// <summary>Whether anything was refused.</summary>
    public bool HasErrors => _errorCount > 0;

    /// <summary>Whether a further error is only counted, so that nobody needs to word it well.</summary>
    public bool IsFull => _errorCount >= Shown;

    /// <summary>Whether reading on is pointless.</summary>
    public bool IsHopeless => _errorCount >= Patience;

    /// <summary>Reports a fault.</summary>
    public void Error(SourcePosition position, ConfigRule rule, string text) => Keep(_errors, ref _errorCount, new(position, rule, text));

    /// <summary>Reports what is allowed but probably not meant.</summary>
    public void Warn(SourcePosition position, ConfigRule rule, string text) => Keep(_warnings, ref _warningCount, new(position, rule, text));

    /// <summary>The errors in the order of the text.</summary>
    public ConfigReport Errors() => Report(_errors, _errorCount);

    /// <summary>The warnings in the order of the text.</summary>
    public ConfigReport Warnings() => Report(_warnings, _warningCount);

    private static void Keep(List<ConfigError> kept, ref int count, ConfigError error)
    {
        if (count++ < Shown)
        {
            kept.Add(error);
        }
    }

    // A stable sort: faults at one place keep the order in which they were found.
    private static ConfigReport Report(List<ConfigError> kept, int count) => new([.. kept.OrderBy(e => e.Position)], count - kept.Count);
}
