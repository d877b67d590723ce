using System.Diagnostics;
using System.Globalization;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Records;
using IpsecDp.Throughput.Overload;

namespace IpsecDp.Throughput.Accounts;

/// <summary>The verb <c>accounts</c>: the line with and without its CPU accounts, in turn, as fast as each goes; the one with them also cuts an interval record a second.</summary>
internal static class AccountsCommand
{
    private const string Engines = "--engines";
    private const string Seconds = "--seconds";
    private const string Round = "--round-ms";

    // More than any processor can take.
    private const double Flood = 1e9;

    private static readonly TimeSpan RecordInterval = TimeSpan.FromSeconds(1);

    /// <summary>Measures and prints; 1 when the accounts cost more than a hundredth of the throughput.</summary>
    public static int Run(ReadOnlySpan<string> words, TextWriter output)
    {
        var arguments = new Arguments(words, [Engines, Seconds, Round], []);
        var round = TimeSpan.FromMilliseconds(arguments.Number(Round, 20, 1));
        var duration = TimeSpan.FromSeconds(arguments.Number(Seconds, 10, 0));
        var worst = AccountsCost.Of([]);
        foreach (var word in arguments.Words(Engines, "0,1"))
        {
            var engines = (int)Arguments.Read(Engines, word, 0);
            var cost = Measure(engines, round, duration);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engines} engines, {cost.Pairs} pairs of rounds of {round.TotalMilliseconds:0} ms: with accounts {cost.Ratio:F4} of the throughput without (quartiles {cost.Lower:F4} and {cost.Upper:F4})"));
            worst = cost.Ratio < worst.Ratio ? cost : worst;
        }

        output.WriteLine(worst.Holds ? "holds: accounts cost at most a hundredth" : "falls short: accounts cost more than a hundredth");
        return worst.Holds ? 0 : 1;
    }

    private static AccountsCost Measure(int engines, TimeSpan round, TimeSpan duration)
    {
        var octets = new NeedHelpRule().QueueOctets;
        using var accounted = new OverloadLine(engines, octets);
        using var bare = new OverloadLine(engines, octets, isAccounted: false);
        accounted.Offer(Flood, round);
        bare.Offer(Flood, round);
        var recorder = new Recorder(accounted);
        List<(double With, double Without)> pairs = [];
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < duration || pairs.Count < 3)
        {
            // Who goes first changes, so that neither always follows the other.
            var isFirst = pairs.Count % 2 == 0;
            var first = (isFirst ? accounted : bare).Offer(Flood, round).SentPerSecond;
            var second = (isFirst ? bare : accounted).Offer(Flood, round).SentPerSecond;
            pairs.Add(isFirst ? (first, second) : (second, first));
            recorder.Record();
        }

        return AccountsCost.Of(pairs);
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
            var (cpu, pool) = (line.Ledger.Snapshot(), line.Counters);
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
