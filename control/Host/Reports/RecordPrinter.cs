using System.Globalization;
using IpsecDp.Engines.Records;
using Spectre.Console;
using static IpsecDp.Host.Reports.ReportTables;

namespace IpsecDp.Host.Reports;

/// <summary>Prints interval records as they come; what needs all of them, as a table, is printed at the end.</summary>
internal abstract class RecordPrinter : IDisposable
{
    /// <summary>A printer to standard output.</summary>
    public static RecordPrinter Create(RecordForms form) => form switch
    {
        RecordForms.Json => new JsonPrinter(),
        RecordForms.Csv => new CsvPrinter(),
        _ => new TablePrinter(),
    };

    /// <summary>Takes the next record.</summary>
    public abstract void Add(IntervalRecord record);

    /// <inheritdoc/>
    public abstract void Dispose();

    private sealed class JsonPrinter : RecordPrinter
    {
        private readonly Stream _output = Console.OpenStandardOutput();

        public override void Add(IntervalRecord record)
        {
            _output.Write(RecordJson.Write(record).Span);
            _output.WriteByte((byte)'\n');
        }

        public override void Dispose() => _output.Dispose();
    }

    private sealed class CsvPrinter : RecordPrinter
    {
        private const string End = "\r\n";

        public CsvPrinter() => Console.Out.Write(RecordColumns.Names + End);

        public override void Add(IntervalRecord record) => Console.Out.Write(RecordColumns.Line(record) + End);

        public override void Dispose() => Console.Out.Flush();
    }

    private sealed class TablePrinter : RecordPrinter
    {
        private readonly Table _activity = Titled("Interval records", ">Interval", "Start, UTC", "System", ">Seconds", ">Engines", ">APPL% CP", ">IIPCP", ">IIP", ">R %", ">Eligible %", ">Steal %", "");
        private readonly Table _work = Titled("Packets sealed or opened", ">Interval", ">On engines", ">Spilled", ">Projected", ">Jobs, engines", ">Wake-ups", ">Help calls", ">Handed back");

        private double _cp;
        private double _iipCp;
        private double _iip;
        private double _normalised;

        public override void Add(IntervalRecord record)
        {
            var (times, ratios, pool) = (record.Times, record.Ratios, record.Pool);
            (_cp, _iipCp, _iip, _normalised) = (_cp + times.Cp, _iipCp + times.IipCp, _iip + times.Iip, _normalised + times.IipNormalised);
            _activity.AddRow(
                Count(record.Sequence), record.Start.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), RecordColumns.Printable(record.System).EscapeMarkup(), Places(record.Cpu.Wall.TotalSeconds, 1),
                Count(pool.Engines.Count), Places(times.ApplCp, 2), Places(times.ApplIipCp, 2), Places(times.ApplIip, 2), Places(ratios.OffloadRatio * 100, 1), Places(ratios.EligibleShare * 100, 1),
                Places(record.Cpu.Disturbance.StealShare(record.Cpu.Wall) * 100 ?? double.NaN, 1), record.Cpu.Disturbance.IsStolen(record.Cpu.Wall) ? "[yellow]disturbed[/]" : "");
            _work.AddRow(
                Count(record.Sequence), Count(pool.OnEngines.Packets), Count(pool.Spilled.Packets), Count(pool.Projected.Packets), Count(pool.OnEngines.Jobs),
                Count(pool.Engines.Sum(static engine => engine.WakeUps)), Count(pool.HelpCalls), Count(pool.HandedBack));
        }

        public override void Dispose()
        {
            if (_activity.Rows.Count == 0)
            {
                return;
            }

            var console = ReportConsole.Create();
            console.Write(_activity);
            console.Write(_work);
            var service = Titled("SERVICE TIMES of all intervals, seconds", ">CPU", ">CP", ">IIPCP", ">IIP, raw", ">IIP x factor");
            service.AddRow(Places(_cp + _normalised, 3), Places(_cp, 3), Places(_iipCp, 3), Places(_iip, 3), Places(_normalised, 3));
            console.Write(service);
        }

        private static string Places(double value, int places) => double.IsFinite(value) ? value.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : "-";
    }
}
