using IpsecDp.Ipsec.Sad;
using IpsecDp.Throughput.Rounds;
using IpsecDp.Throughput.Seal;
using IpsecDp.Throughput.Traffic;

namespace IpsecDp.Throughput.Line;

/// <summary>The verb <c>line</c>: the whole line over memory ports against the bare cipher, and encapsulation alone.</summary>
internal static class LineCommand
{
    private const string Modes = "--modes";
    private const string Sizes = "--sizes";
    private const string Associations = "--sas";
    private const string Threads = "--threads";
    private const string Engines = "--engines";
    private const string Seconds = "--seconds";
    private const string Round = "--round-ms";
    private const string Lead = "--lead";
    private const string NoLine = "--no-line";
    private const string NoEncapsulation = "--no-encapsulation";
    private const string Json = "--json";

    private static readonly int[] EncapsulatedLengths = [64, 512, 1400];

    /// <summary>Measures what the arguments select and prints it; 1 when packets were out of order or something allocated.</summary>
    public static int Run(ReadOnlySpan<string> words, TextWriter output)
    {
        var arguments = new Arguments(words, [Modes, Sizes, Associations, Threads, Engines, Seconds, Round, Lead], [NoLine, NoEncapsulation, Json]);
        var seconds = TimeSpan.FromSeconds(arguments.Number(Seconds, 2, 0));
        var measure = new LineMeasure(seconds, TimeSpan.FromMilliseconds(arguments.Number(Round, 5, 0.01)), (int)arguments.Number(Lead, 2, 1));
        var progress = arguments.Has(Json) ? TextWriter.Null : output;
        var rows = arguments.Has(NoLine) ? [] : MeasureLines(arguments, measure, progress);
        var encapsulation = arguments.Has(NoEncapsulation) ? [] : EncapsulationAlone.Measure(EncapsulatedLengths, seconds);
        if (encapsulation.Count > 0)
        {
            progress.WriteLine(LineReport.EncapsulationHeading);
        }

        foreach (var row in encapsulation)
        {
            progress.WriteLine(LineReport.Text(row));
        }

        if (arguments.Has(Json))
        {
            output.WriteLine(LineReport.Json(rows, encapsulation));
        }

        return rows.All(row => row.Row is { OutOfOrder: 0, AllocatesNothing: true }) ? 0 : 1;
    }

    private static List<(RoundTimes Cipher, LineRow Row)> MeasureLines(Arguments arguments, LineMeasure measure, TextWriter progress)
    {
        List<(RoundTimes Cipher, LineRow Row)> rows = [];
        progress.WriteLine(LineReport.Heading);
        foreach (var group in Groups(arguments))
        {
            var (cipher, measured) = measure.Run(group);
            foreach (var row in measured)
            {
                rows.Add((cipher, row));
                progress.WriteLine(LineReport.Text(cipher, row));
            }
        }

        return rows;
    }

    // Every count of threads and engines is a contender in the same rounds; the first is what the others are compared with.
    private static IEnumerable<IReadOnlyList<LineCase>> Groups(Arguments arguments) =>
        from mode in arguments.Words(Modes, "transport,tunnel").Select(ModeOf)
        from mix in arguments.Words(Sizes, "64,256,512,imix,1400,9000").Select(PacketMix.Parse)
        from associations in arguments.Numbers(Associations, "1,8,1000", least: 1)
        select (IReadOnlyList<LineCase>)
        [
            .. from engines in arguments.Numbers(Engines, "0", least: 0)
               from threads in arguments.Numbers(Threads, "1", least: 1)
               select new LineCase(mode, mix, associations, threads, engines),
        ];

    private static SaMode ModeOf(string word) => word switch
    {
        "transport" => SaMode.Transport,
        "tunnel" => SaMode.Tunnel,
        _ => throw new ArgumentException($"'{word}' is neither transport nor tunnel"),
    };
}
