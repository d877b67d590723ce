using System.Globalization;
using IpsecDp.Throughput.Rounds;

namespace IpsecDp.Throughput.Superframes;

/// <summary>The verb <c>superframes</c>: the line outbound and inbound over superframes of a TCP stream, without a kernel.</summary>
internal static class SuperframesCommand
{
    private const string Lengths = "--sizes";
    private const string AtOnce = "--batch";
    private const string Seconds = "--seconds";
    private const int BatchesOfARound = 16;

    /// <summary>Measures what the arguments select and prints it.</summary>
    public static int Run(ReadOnlySpan<string> words, TextWriter output)
    {
        var arguments = new Arguments(words, [Lengths, AtOnce, Seconds], []);
        var duration = TimeSpan.FromSeconds(arguments.Number(Seconds, 2, 0));
        output.WriteLine("octets  superframes |  outbound ns a segment |   inbound ns a segment | s a gigabyte out, in  (best / median)");
        foreach (var length in arguments.Numbers(Lengths, "1438", least: 256))
        {
            foreach (var batch in arguments.Numbers(AtOnce, "4", least: 1))
            {
                using var line = new SuperframeLine(length, batch);
                var (outbound, inbound) = Measure(line, duration);
                var perGigabyte = 1.0 / length;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{length,6} {batch,12} | {outbound.Best,9:0.0} / {outbound.Median,9:0.0}  | {inbound.Best,9:0.0} / {inbound.Median,9:0.0}  | {outbound.Best * perGigabyte:0.000}, {inbound.Best * perGigabyte:0.000}"));
            }
        }

        return 0;
    }

    private static (RoundTimes Outbound, RoundTimes Inbound) Measure(SuperframeLine line, TimeSpan duration)
    {
        List<double> inbound = [];
        line.Carry(BatchesOfARound);
        var outbound = InterleavedRounds.Measure(duration,
        [
            () =>
            {
                var (sealing, opening) = line.Carry(BatchesOfARound);
                inbound.Add(opening);
                return sealing;
            },
        ]);
        return (RoundTimes.Of(outbound[0]), RoundTimes.Of(inbound));
    }
}
