using System.CommandLine;
using System.Text;
using IpsecDp.Host.Measure;
using IpsecDp.Host.Reports;
using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Pages;

namespace IpsecDp.Host.Verbs;

/// <summary><c>measure</c>: how much of the IPsec work moves to specialty engines, when, at what cost, and how much the machine carries.</summary>
internal static class MeasureVerb
{
    private const string Help = """
        Offers traffic by the clock, whether or not anybody takes it, and reports how much of the sealing and opening moved to specialty engines, what was lost, how late packets were and where the CPU time went, in the shape of RMF's Workload Activity report.

        The highest rates without loss and at 0.5 % loss are found by the rule of RFC 9971 (MLRsearch). Ctrl-C ends the run with the report of what was measured so far.

        Examples:
          ipsecdp measure
          ipsecdp measure --load ee --html ee.html
          ipsecdp measure --load mixed --engines 0 --seconds 2 --json > projected.json
          ipsecdp measure --load mixed --seconds 2 --html mixed.html --compare projected.json
          ipsecdp measure --sweep size --iiphonorpriority no --csv sizes.csv
          sudo ipsecdp measure --capture tun --load ee
          sudo ipsecdp measure --capture nfqueue --mode transport --family 6 --html path.html
          ipsecdp measure --project 4,2,569/256
          ipsecdp measure --project 4,2 --smt 1.25
          ipsecdp measure --verify-projection
        """;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var options = new MeasureArguments();
        var verb = new Command("measure", Help);
        options.AddTo(verb);
        verb.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            return Run(options.Read(parsed), interruption.Token);
        });
        return verb;
    }

    private static int Run(MeasureOptions options, CancellationToken cancellation)
    {
        try
        {
            if (options.Project is not null || options.VerifiesProjection)
            {
                return RunProjection(options, cancellation);
            }

            Report(options, MeasureProgressLine.Watch(options, progress => new Measuring(options, progress, cancellation).Run()), MeasureCheck.ReadOther(options, out _));
            return 0;
        }
        catch (MeasureException refusal)
        {
            Console.Error.WriteLine($"ipsecdp measure: {refusal.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("ipsecdp measure: ended before its time; a projection without all of its calibration says nothing");
            return 1;
        }
    }

    private static int RunProjection(MeasureOptions options, CancellationToken cancellation)
    {
        var report = MeasureProgressLine.Watch(options, progress => new Projecting(options, progress, cancellation).Run());
        if (options.IsJson)
        {
            using var output = Console.OpenStandardOutput();
            ProjectionDocument.Write(report, output);
        }
        else
        {
            ProjectionReportView.Print(report, ReportConsole.Create());
        }

        return 0;
    }

    private static void Report(MeasureOptions options, Measurement measurement, Measurement? other)
    {
        if (options.IsJson)
        {
            using var output = Console.OpenStandardOutput();
            MeasurementDocument.Write(measurement, output);
        }
        else
        {
            MeasureReportView.Print(measurement, ReportConsole.Create());
        }

        Save(options.CsvFile, () => MeasurementTable.Write(measurement));
        Save(options.HtmlFile, () => MeasurementPage.Write(measurement, other));
    }

    private static void Save(string? path, Func<string> text)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            File.WriteAllText(path, text(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new MeasureException($"the file '{path}' cannot be written: {refusal.Message}", refusal);
        }
    }
}
