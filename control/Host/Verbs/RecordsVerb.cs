using System.CommandLine;
using System.Globalization;
using IpsecDp.Engines.Records;
using IpsecDp.Host.Reports;

namespace IpsecDp.Host.Verbs;

/// <summary><c>records show</c>: interval records as a table, as JSON or as comma-separated values.</summary>
internal static class RecordsVerb
{
    private const int MostRefusals = 20;

    private const string Help = """
        Reads the interval records that "run --records" wrote.

        Example:
          ipsecdp records show /var/log/ipsecdp.smf
        """;

    private const string ShowHelp = """
        Prints the records of a file, binary or JSON, a line for each interval. What is no whole record is named on standard error with the octet it begins at, and the exit code is 1; what can be read is printed all the same.

        Examples:
          ipsecdp records show /var/log/ipsecdp.smf
          ipsecdp records show /var/log/ipsecdp.smf.1 --csv > intervals.csv
          ipsecdp records show /var/log/ipsecdp.smf --json
        """;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The file of records" };
        var json = new Option<bool>("--json") { Description = "Prints a line of JSON for each record" };
        var csv = new Option<bool>("--csv") { Description = "Prints a line of comma-separated values for each record, under a line of names" };
        var show = new Command("show", ShowHelp) { file, json, csv };
        show.Validators.Add(result =>
        {
            if (result.GetResult(json) is { Implicit: false } && result.GetResult(csv) is { Implicit: false })
            {
                result.AddError("--json and --csv are two forms of the same records: take one of them");
            }
        });
        show.SetAction(parsed => Show(parsed.GetValue(file)!, parsed.GetValue(json) ? RecordForms.Json : parsed.GetValue(csv) ? RecordForms.Csv : RecordForms.Table));
        return new Command("records", Help) { show };
    }

    private static int Show(string path, RecordForms form)
    {
        try
        {
            // A data plane may be writing to it.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Show(path, file, form);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Console.Error.WriteLine($"ipsecdp records: '{path}' cannot be read: {refusal.Message}");
            return 1;
        }
    }

    private static int Show(string path, Stream file, RecordForms form)
    {
        var (refused, shown) = (0L, 0L);
        using (var writer = RecordPrinter.Create(form))
        {
            foreach (var entry in new RecordStream(file).Read())
            {
                if (entry.Record is { } record)
                {
                    writer.Add(record);
                    shown++;
                }
                else if (refused++ < MostRefusals)
                {
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ipsecdp records: {path}, octet {entry.Offset}: {entry.Fault}: {RecordFaults.Sentence(entry.Fault)}"));
                }
            }
        }

        if (refused > MostRefusals)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ipsecdp records: {path}: {refused - MostRefusals} more are no whole records"));
        }

        if (shown + refused == 0)
        {
            Console.Error.WriteLine($"ipsecdp records: '{path}' is empty: no interval has ended yet");
        }

        return refused == 0 ? 0 : 1;
    }
}
