using System.Diagnostics;
using System.Globalization;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Records;
using IpsecDp.Throughput.Overload;

namespace IpsecDp.Throughput.Accounts;

/// <summary>The verb <c>accounts</c>: the line with and without its CPU accounts, in turn, flooded; the one with them also cuts an interval record a second.</summary>
internal static class AccountsCommand
{
    private const string Engines = "--engines";
    private const string Seconds = "--seconds";
    private const string Round = "--round-ms";
    private const string Twins = "--twins";

    // More than any processor can take.
    private const double Flood = 1e9;

    // Lines are made anew so often, each time in the other order: which memory a line happens to get is worth more than what is measured.
    private const int Beds = 8;

    private static readonly TimeSpan RecordInterval = TimeSpan.FromSeconds(1);

    /// <summary>Measures and prints, with <c>--twins</c> two lines that both have accounts, which tells what the bench itself is worth; 1 when the accounts cost more than a hundredth of the throughput.</summary>
    public static int Run(ReadOnlySpan<string> words, TextWriter output)
    {
        var arguments = new Arguments(words, [Engines, Seconds, Round], [Twins]);
        var round = TimeSpan.FromMilliseconds(arguments.Number(Round, 20, 1));
        var duration = TimeSpan.FromSeconds(arguments.Number(Seconds, 10, 0));
        var worst = AccountsCost.Of([]);
        foreach (var word in arguments.Words(Engines, "0,1"))
        {
            var engines = (int)Arguments.Read(Engines, word, 0);
            var (cost, byTime) = Measure(engines, round, duration, arguments.Has(Twins));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engines} engines, {cost.Pairs} pairs of rounds of {round.TotalMilliseconds:0} ms: with accounts {cost.Ratio:F4} of the packets a CPU second without (quartiles {cost.Lower:F4} and {cost.Upper:F4}), {byTime.Ratio:F4} of the packets a second ({byTime.Lower:F4} and {byTime.Upper:F4})"));
            worst = cost.Ratio < worst.Ratio ? cost : worst;
        }

        output.WriteLine(worst.Holds ? "holds: accounts cost at most a hundredth" : "falls short: accounts cost more than a hundredth");
        return worst.Holds ? 0 : 1;
    }

    // A line that is never idle carries as much as its processors give it: by their seconds it is judged, which a machine that is busy with others takes away from both alike.
    private static (AccountsCost ByCpu, AccountsCost ByTime) Measure(int engines, TimeSpan round, TimeSpan duration, bool areTwins)
    {
        List<(double With, double Without)> pairs = [];
        List<(double With, double Without)> perCpu = [];
        for (var bed = 0; bed < Beds; bed++)
        {
            Measure(engines, round, duration / Beds, areTwins, isAccountedFirst: bed % 2 == 0, pairs, perCpu);
        }

        return (AccountsCost.Of(perCpu), AccountsCost.Of(pairs));
    }

    private static void Measure(int engines, TimeSpan round, TimeSpan duration, bool areTwins, bool isAccountedFirst, List<(double With, double Without)> pairs, List<(double With, double Without)> perCpu)
    {
        var octets = new NeedHelpRule().QueueOctets;
        using var one = new OverloadLine(engines, octets, isAccountedFirst || areTwins);
        using var other = new OverloadLine(engines, octets, !isAccountedFirst || areTwins);
        var (accounted, bare) = isAccountedFirst ? (one, other) : (other, one);
        accounted.Offer(Flood, round);
        bare.Offer(Flood, round);
        var recorder = new Recorder(accounted);
        var start = Stopwatch.GetTimestamp();
        do
        {
            // Who goes first changes, so that neither always follows the other.
            var isFirst = pairs.Count % 2 == 0;
            var first = (isFirst ? accounted : bare).Offer(Flood, round);
            var second = (isFirst ? bare : accounted).Offer(Flood, round);
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
