using Spectre.Console;

namespace IpsecDp.Host.Reports;

/// <summary>The console reports are printed to.</summary>
internal static class ReportConsole
{
    // A file or a pipe has no width of its own; this one holds every column.
    private const int WidthOfFile = 140;

    /// <summary>Standard output: coloured and as wide as a terminal is, plain and wide when it is a file or a pipe.</summary>
    public static IAnsiConsole Create()
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Console;
        }

        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        plain.Profile.Width = WidthOfFile;
        return plain;
    }
}
