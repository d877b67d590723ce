using System.Diagnostics;
using System.Globalization;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Records;
using IpsecDp.Throughput.Overload;

namespace IpsecDp.Throughput.Accounts;

/// <summary>The verb <c>accounts</c>: a flooded line whose threads book their CPU time in every other round; while they do an interval record is cut each second.</summary>
internal static class AccountsCommand
{
    private const string Engines = "--engines";
    private const string Seconds = "--seconds";
    private const string Round = "--round-ms";
    private const string Twins = "--twins";

    // More than any processor can take.
    private const double Flood = 1e9;

    // Lines are made anew so often: which memory a line happens to get is worth more than what is measured.
    private const int Beds = 8;

    private static readonly TimeSpan RecordInterval = TimeSpan.FromSeconds(1);

    /// <summary>Measures and prints, with <c>--twins</c> rounds that all book, which tells what the bench itself is worth; 1 when the accounts cost more than a hundredth of the throughput, 3 when that cannot be told.</summary>
    public static int Run(ReadOnlySpan<string> words, TextWriter output)
    {
        var arguments = new Arguments(words, [Engines, Seconds, Round], [Twins]);
        var round = TimeSpan.FromMilliseconds(arguments.Number(Round, 20, 1));
        var duration = TimeSpan.FromSeconds(arguments.Number(Seconds, 10, 0));
        var worst = AccountsVerdict.Holds;
        foreach (var word in arguments.Words(Engines, "0,1"))
        {
            var engines = (int)Arguments.Read(Engines, word, 0);
            var (cost, byTime) = Measure(engines, round, duration, arguments.Has(Twins));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engines} engines, {cost.Pairs} pairs of rounds of {round.TotalMilliseconds:0} ms: with accounts {cost.Ratio:F4} ({cost.Low:F4} to {cost.High:F4} with 95 %) of the packets a CPU second without (quartiles {cost.Lower:F4} and {cost.Upper:F4}), {byTime.Ratio:F4} of the packets a second ({byTime.Low:F4} to {byTime.High:F4})"));
            worst = (AccountsVerdict)Math.Max((int)worst, (int)cost.Verdict);
        }

        output.WriteLine(worst switch
        {
            AccountsVerdict.Holds => "holds: accounts cost at most a hundredth",
            AccountsVerdict.Unknown => "undecided: the interval holds 0.99; take longer, or a quieter machine",
            _ => "falls short: accounts cost more than a hundredth",
        });
        return worst switch { AccountsVerdict.Holds => 0, AccountsVerdict.Unknown => 3, _ => 1 };
    }

    // A line that is never idle carries as much as its processors give it: by their seconds it is judged, which a machine that is busy with others takes away from both alike.
    private static (AccountsCost ByCpu, AccountsCost ByTime) Measure(int engines, TimeSpan round, TimeSpan duration, bool areTwins)
    {
        List<(double With, double Without)> pairs = [];
        List<(double With, double Without)> perCpu = [];
        for (var bed = 0; bed < Beds; bed++)
        {
            Measure(engines, round, duration / Beds, areTwins, pairs, perCpu);
        }

        return (AccountsCost.Of(perCpu), AccountsCost.Of(pairs));
    }

    // One line in one memory, booked and not in turn: two lines differ by more than the accounts cost.
    private static void Measure(int engines, TimeSpan round, TimeSpan duration, bool areTwins, List<(double With, double Without)> pairs, List<(double With, double Without)> perCpu)
    {
        using var line = new OverloadLine(engines, new NeedHelpRule());
        OverloadRound Take(bool isBooked)
        {
            line.Ledger.IsOn = isBooked || areTwins;
            return line.Offer(Flood, round);
        }

        Take(isBooked: true);
        Take(isBooked: false);
        var recorder = new Recorder(line);
        var start = Stopwatch.GetTimestamp();
        do
        {
            // Who goes first changes, so that neither always follows the other.
            var isFirst = pairs.Count % 2 == 0;
            var first = Take(isBooked: isFirst);
            var second = Take(isBooked: !isFirst);
            var (with, without) = isFirst ? (first, second) : (second, first);
            pairs.Add((with.SentPerSecond, without.SentPerSecond));
            perCpu.Add((with.SentPerSecond / with.Processors, without.SentPerSecond / without.Processors));
            recorder.Record();
        }
        while (Stopwatch.GetElapsedTime(start) < duration);
    }

    private sealed class Recorder(OverloadLine line)
    {
        private CpuSnapshot _cpu = line.Ledger.Snapshot();
        private EnginePoolSnapshot _pool = line.Counters;
        private long _last = Stopwatch.GetTimestamp();
        private long _sequence;

        /// <summary>Cuts an interval where the last is old enough.</summary>
        public void Record()
        {
            if (Stopwatch.GetElapsedTime(_last) < RecordInterval)
            {
                return;
            }

            _last = Stopwatch.GetTimestamp();
            var (cpu, pool) = (line.Ledger.SnapshotAfter(_cpu), line.Counters);
            RecordWriter.Write(new IntervalRecord
            {
                System = "BNCH",
                Start = DateTimeOffset.UnixEpoch,
                Sequence = _sequence++,
                General = 1,
                Controls = new RecordControls(true, true, false, NeedHelpRule.DefaultAlternateWait, Normalisation.None),
                Cpu = cpu.Since(_cpu),
                Pool = pool.Since(_pool),
            });
            (_cpu, _pool) = (cpu, pool);
        }
    }
}
