using System.Globalization;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Records;

namespace IpsecDp.Host.Reports;

/// <summary>Interval records as comma-separated values; what cannot be said is empty.</summary>
internal static class RecordColumns
{
    private static readonly (string Name, Func<IntervalRecord, object?> Of)[] Columns =
    [
        ("start", static record => record.Start.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture)),
        ("system", static record => Printable(record.System)),
        ("interval", static record => record.Sequence),
        ("seconds", static record => record.Cpu.Wall.TotalSeconds),
        ("general", static record => record.General),
        ("engines", static record => record.Pool.Engines.Count),
        ("engines_off", static record => record.Pool.Engines.Count(static engine => engine.IsParked)),
        ("cpu_s", static record => record.Times.Cpu),
        ("cp_s", static record => record.Times.Cp),
        ("iipcp_s", static record => record.Times.IipCp),
        ("iip_raw_s", static record => record.Times.Iip),
        ("iip_normalised_s", static record => record.Times.IipNormalised),
        ("appl_cp", static record => record.Times.ApplCp),
        ("appl_iipcp", static record => record.Times.ApplIipCp),
        ("appl_iip_raw", static record => record.Times.ApplIip),
        .. CpuAccounts.All.Select(static account => ($"cpu_{account.ToString().ToLowerInvariant()}_s", (Func<IntervalRecord, object?>)(record => record.Cpu[account]))),
        ("cpu_not_attributed_s", static record => record.Cpu.NotAttributedSeconds),
        ("cpu_process_s", static record => record.Cpu.ProcessSeconds),
        ("eligible_share", static record => record.Ratios.EligibleShare),
        ("ratio", static record => record.Ratios.OffloadRatio),
        ("engine_packets", static record => record.Pool.OnEngines.Packets),
        ("projected_packets", static record => record.Pool.Projected.Packets),
        .. SpillCauses.All.Select(static cause => ($"spilled_{cause.ToString().ToLowerInvariant()}_packets", (Func<IntervalRecord, object?>)(record => record.Pool.SpilledBy(cause).Packets))),
        ("help_calls", static record => record.Pool.HelpCalls),
        ("waits", static record => record.Pool.Waits),
        ("handed_back", static record => record.Pool.HandedBack),
        ("steal_s", static record => record.Cpu.Disturbance.StealSeconds),
        ("involuntary_switches", static record => record.Cpu.Disturbance.InvoluntarySwitches),
    ];

    /// <summary>The line of names.</summary>
    public static string Names { get; } = string.Join(',', Columns.Select(static column => column.Name));

    /// <summary>The line of a record, without its end.</summary>
    public static string Line(IntervalRecord record) => string.Join(',', Columns.Select(column => Text(column.Of(record))));

    /// <summary>A name out of a file as a terminal and a spreadsheet may have it: a record's octets are somebody else's.</summary>
    public static string Printable(string name) => new([.. name.Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '#' or '$' ? letter : '?')]);

    private static string Text(object? value) => value switch
    {
        null or double.NaN => "",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable figure => figure.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
