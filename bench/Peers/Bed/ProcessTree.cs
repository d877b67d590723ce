using System.Globalization;

namespace IpsecDp.Peers.Bed;

/// <summary>Who descends from whom, read from /proc.</summary>
internal static class ProcessTree
{
    /// <summary>The process and all below it that live.</summary>
    public static IReadOnlyList<int> Below(int process)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && ProcessFigures.TryReadStat(number, out var fields))
            {
                parents[number] = int.Parse(fields[ProcessFigures.ParentAt], CultureInfo.InvariantCulture);
            }
        }

        var found = new List<int> { process };
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(parents.Where(pair => pair.Value == found[i]).Select(pair => pair.Key));
        }

        return found;
    }
}
