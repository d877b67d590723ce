using System.Globalization;

namespace IpsecDp.Host.Measure;

/// <summary>Processor seconds of the whole machine since it started, by /proc/stat; null fields where the system does not say.</summary>
internal readonly record struct MachineTime(double? Busy, double? All)
{
    // proc_stat(5): in units of USER_HZ, which is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    // "cpu" user nice system idle iowait irq softirq steal; guest time is in user time already.
    private const int Fields = 8;
    private const int Idle = 3;
    private const int InputWait = 4;
    private const int Interrupts = 5;
    private const int SoftInterrupts = 6;
    private const int Steal = 7;

    /// <summary>What of the busy seconds went to interrupts, which belong to no process; 0 where the system does not say.</summary>
    public double InInterrupts { get; init; }

    /// <summary>What a hypervisor gave to others while this machine wanted it; null where the system does not say.</summary>
    public double? Stolen { get; init; }

    /// <summary>The same with the interrupts' seconds left out of the busy ones.</summary>
    public MachineTime WithoutInterrupts => new(Busy - InInterrupts, All);

    /// <summary>The counts now.</summary>
    public static MachineTime Read()
    {
        const string Path = "/proc/stat";
        return OperatingSystem.IsLinux() && File.Exists(Path) ? Parse(File.ReadLines(Path).First()) : default;
    }

    /// <summary>The counts of a line of <c>/proc/stat</c>.</summary>
    internal static MachineTime Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length <= Fields || words[0] != "cpu")
        {
            return default;
        }

        var ticks = new double[Fields];
        for (var field = 0; field < Fields; field++)
        {
            if (!double.TryParse(words[field + 1], CultureInfo.InvariantCulture, out ticks[field]))
            {
                return default;
            }
        }

        var all = ticks.Sum();
        return new MachineTime((all - ticks[Idle] - ticks[InputWait] - ticks[Steal]) / TicksPerSecond, all / TicksPerSecond) { InInterrupts = (ticks[Interrupts] + ticks[SoftInterrupts]) / TicksPerSecond, Stolen = ticks[Steal] / TicksPerSecond };
    }

    /// <summary>Which share of the machine's time since an earlier reading others had, when this process burnt so many seconds.</summary>
    public double? OthersSince(MachineTime earlier, double own) =>
        (Busy - earlier.Busy - own) / (All - earlier.All) is { } share && double.IsFinite(share) ? Math.Max(0, share) : null;
}
