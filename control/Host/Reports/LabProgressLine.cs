using System.Globalization;
using IpsecDp.Host.Lab;
using Spectre.Console;

namespace IpsecDp.Host.Reports;

/// <summary>The live line of a run: what is running, how far it is, and what it carries.</summary>
internal static class LabProgressLine
{
    /// <summary>Runs the work with a line that follows it; a file or a pipe gets one line at the start.</summary>
    public static LabResult Watch(LabOptions options, Func<Action<LabProgress>, LabResult> run)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"{options.Load} load, {options.Suite.Name}, {LabWords.Mode(options.Mode)} mode, engines per host: {options.Engines}");
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            return WatchPlainly(options, title, run);
        }

        LabResult? result = null;
        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(title.EscapeMarkup(), maxValue: options.Duration.TotalSeconds);
                result = run(progress =>
                {
                    task.Value = progress.Elapsed.TotalSeconds;
                    task.Description = Describe(title, progress).EscapeMarkup();
                });
            });
        return result!;
    }

    private static LabResult WatchPlainly(LabOptions options, string title, Func<Action<LabProgress>, LabResult> run)
    {
        // Said with the first progress: a run that cannot begin leaves standard output empty.
        var isAnnounced = false;
        return run(_ =>
        {
            if (!isAnnounced)
            {
                isAnnounced = true;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lab: {title}, {options.Duration.TotalSeconds:0.#} s"));
            }
        });
    }

    private static string Describe(string title, LabProgress progress)
    {
        var seconds = Math.Max(progress.Elapsed.TotalSeconds, 0.001);
        return string.Create(CultureInfo.InvariantCulture, $"{title}: {progress.Packets:N0} packets, {progress.Bytes * 8 / seconds / 1e9:0.00} Gbit/s");
    }
}
