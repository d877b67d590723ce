using IpsecDp.Ports.Buffers;
using IpsecDp.Throughput.Rounds;

namespace IpsecDp.Throughput.Line;

/// <summary>Measures the contenders of one mode, mix and number of SAs against the bare cipher and each other, in interleaved rounds.</summary>
internal sealed class LineMeasure(TimeSpan duration, TimeSpan round, int lead)
{
    private const int WarmUpBatches = 64;

    // Numbered before the rounds, and again after them with all that warmed up meanwhile.
    private const int NumberedBatches = 256;

    /// <summary>The bare cipher's time and a row for each contender.</summary>
    public (RoundTimes Cipher, IReadOnlyList<LineRow> Rows) Run(IReadOnlyList<LineCase> cases)
    {
        var lines = new List<MemoryLine>();
        try
        {
            lines.AddRange(cases.Select(line => new MemoryLine(line, lead)));
            using var cipher = new BareCipher(cases[0]);
            return Measure(cipher, lines);
        }
        finally
        {
            // Meters of one thread end in the reverse of their order.
            foreach (var line in Enumerable.Reverse(lines))
            {
                line.Dispose();
            }
        }
    }

    private (RoundTimes Cipher, IReadOnlyList<LineRow> Rows) Measure(BareCipher cipher, List<MemoryLine> lines)
    {
        foreach (var line in lines)
        {
            line.CarryNumbered(NumberedBatches);
        }

        cipher.SealAndOpen(WarmUpBatches);
        var batches = BatchesOfARound(lines[0]);
        var allocated = new long[lines.Count];
        List<Func<double>> contenders = [() => cipher.SealAndOpen(Math.Max(1, batches / 2))];
        contenders.AddRange(lines.Select((line, at) => (Func<double>)(() => Carry(line, batches, ref allocated[at]))));

        // What is made once is made before the rounds that count.
        InterleavedRounds.Measure(TimeSpan.Zero, contenders);
        allocated.AsSpan().Clear();
        var rounds = InterleavedRounds.Measure(duration, contenders);
        var bare = RoundTimes.Of(rounds[0]);
        var first = RoundTimes.Of(rounds[1]);
        var rows = lines.Select((line, at) =>
        {
            var time = RoundTimes.Of(rounds[at + 1]);
            var packets = (double)rounds[at + 1].Count * batches * PacketBatch.DefaultCapacity;
            return new LineRow(line.Case, time, time.Over(bare), time.Over(first), line.Latency.Summarise(), allocated[at] / packets, line.CarryNumbered(NumberedBatches), line.Engines, rounds[0].Count);
        });
        return (bare, [.. rows]);
    }

    private static double Carry(MemoryLine line, int batches, ref long allocated)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var time = line.Carry(batches);
        allocated += GC.GetTotalAllocatedBytes(precise: true) - before;
        return time;
    }

    private int BatchesOfARound(MemoryLine line) =>
        Math.Max(2, (int)(round.TotalNanoseconds / (line.Carry(WarmUpBatches) * PacketBatch.DefaultCapacity)));
}
