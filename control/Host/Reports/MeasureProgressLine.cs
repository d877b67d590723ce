using System.Globalization;
using IpsecDp.Host.Measure;
using Spectre.Console;

namespace IpsecDp.Host.Reports;

/// <summary>The live line of a measurement: what is being measured, how far it is, and the time that is left.</summary>
internal static class MeasureProgressLine
{
    /// <summary>Runs the work with a bar that follows it; a file or a pipe gets one line at the start, and a document nothing.</summary>
    public static T Watch<T>(MeasureOptions options, Func<Action<MeasureProgress>, T> run)
        where T : class
    {
        if (options.IsJson)
        {
            return run(static _ => { });
        }

        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            return WatchPlainly(options, run);
        }

        T? result = null;
        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                var task = context.AddTask("measure");
                result = run(progress =>
                {
                    task.MaxValue = Math.Max(progress.Done + progress.Left, 0.001);
                    task.Value = progress.Done;
                    task.Description = string.Create(CultureInfo.InvariantCulture, $"{progress.What}; {Left(progress.Left)} left").EscapeMarkup();
                });
            });
        return result!;
    }

    private static T WatchPlainly<T>(MeasureOptions options, Func<Action<MeasureProgress>, T> run)
        where T : class
    {
        var isAnnounced = false;
        return run(progress =>
        {
            if (!isAnnounced)
            {
                isAnnounced = true;
                Console.WriteLine($"measure: {options.Load} load, {options.TopologyOf(options.Engines)}; about {Left(progress.Left)}");
            }
        });
    }

    private static string Left(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Ceiling(seconds));
        return time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds:00} s") : string.Create(CultureInfo.InvariantCulture, $"{time.Seconds} s");
    }
}
