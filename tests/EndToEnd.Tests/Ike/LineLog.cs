using System.Text;

namespace EndToEnd.Tests.Ike;

/// <summary>Lines of a log, kept for whoever waits for them.</summary>
internal sealed class LineLog : TextWriter
{
    private readonly List<string> _lines = [];

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>All lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value)
    {
        lock (_lines)
        {
            _lines.Add(value ?? "");
        }
    }
}
