using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace IpsecDp.Daemon.Guard;

/// <summary>Which process guards, written down so that a daemon that starts after a crash finds the guard its predecessor left.</summary>
/// <remarks>The folder must be one that only administrators can write: whoever could write the record could have a process of his choice ended.</remarks>
internal sealed class GuardRecord(string folder)
{
    // A start time is computed from the system's boot time, which reads a little differently each time.
    private static readonly TimeSpan Likeness = TimeSpan.FromSeconds(2);

    private readonly string _path = Path.Combine(folder, "divert-guard");

    /// <summary>The guard of the record that still runs; null where there is none.</summary>
    public Process? FindLeftover()
    {
        try
        {
            var words = File.Exists(_path) ? File.ReadAllText(_path).Split(' ') : [];
            if (words.Length != 2 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var started))
            {
                return null;
            }

            var process = Process.GetProcessById(id);
            if ((StartOf(process) - new DateTime(started, DateTimeKind.Utc)).Duration() < Likeness)
            {
                return process;
            }

            process.Dispose();
            return null;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception or IOException)
        {
            return null;
        }
    }

    /// <summary>Writes a guard down.</summary>
    public void Write(Process guard)
    {
        var next = _path + ".next";
        File.WriteAllText(next, string.Create(CultureInfo.InvariantCulture, $"{guard.Id} {StartOf(guard).Ticks}"));
        File.Move(next, _path, overwrite: true);
    }

    /// <summary>Forgets.</summary>
    public void Delete() => File.Delete(_path);

    private static DateTime StartOf(Process process) => process.StartTime.ToUniversalTime();
}
