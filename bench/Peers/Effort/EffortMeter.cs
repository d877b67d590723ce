using System.Globalization;
using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Effort;

/// <summary>What processes and machine have spent so far; two readings give what lies between.</summary>
internal readonly record struct EffortMeter(IReadOnlyList<int> Processes, double CpuSeconds, double StealSeconds, long InvoluntarySwitches)
{
    private const int StealAt = 8;
    private const double TicksPerSecond = 100;

    /// <summary>Reads it all.</summary>
    public static EffortMeter Read(IReadOnlyList<int> processes) =>
        new(processes, processes.Sum(ProcessFigures.CpuSeconds), StealIn(File.ReadLines("/proc/stat").First()), processes.Sum(ProcessFigures.InvoluntarySwitches));

    /// <summary>What was spent since this reading, for <paramref name="octets"/> delivered.</summary>
    public EffortSpent Since(double octets)
    {
        var now = Read(Processes);
        // A contender without processes spends in its applications' names only.
        var cpu = Processes.Count > 0 ? now.CpuSeconds - CpuSeconds : double.NaN;
        return new EffortSpent(octets, cpu, now.StealSeconds - StealSeconds, now.InvoluntarySwitches - InvoluntarySwitches);
    }

    // proc_stat(5): cpu user nice system idle iowait irq softirq steal.
    private static double StealIn(string line) => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[StealAt], CultureInfo.InvariantCulture) / TicksPerSecond;
}
