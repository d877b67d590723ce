using System.Globalization;
using IpsecDp.Host.Measure;
using IpsecDp.Modelling.Activity;
using Spectre.Console;

namespace IpsecDp.Host.Reports;

/// <summary>The live line of a measurement: what is being measured, how far it is, and the time that is left.</summary>
internal static class MeasureProgressLine
{
    /// <summary>Runs the work with a bar that follows it; a file or a pipe gets one line at the start, and a document nothing.</summary>
    public static Measurement Watch(MeasureOptions options, Func<Action<MeasureProgress>, Measurement> run)
    {
        if (options.IsJson)
        {
            return run(static _ => { });
        }

        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            return WatchPlainly(options, run);
        }

        Measurement? result = null;
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

    private static Measurement WatchPlainly(MeasureOptions options, Func<Action<MeasureProgress>, Measurement> run)
    {
        var isAnnounced = false;
        return run(progress =>
        {
            if (!isAnnounced)
            {
                isAnnounced = true;
                Console.WriteLine($"measure: {options.Load} load, {options.Topology}; about {Left(progress.Left)}");
            }
        });
    }

    private static string Left(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Ceiling(seconds));
        return time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds:00} s") : string.Create(CultureInfo.InvariantCulture, $"{time.Seconds} s");
    }
}
