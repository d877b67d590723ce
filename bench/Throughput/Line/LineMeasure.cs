using IpsecDp.Engines.Accounting;
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
        // One ledger for all: a thread books to one meter only, and only one contender runs at a time.
        var ledger = new CpuLedger();
        using var meter = ledger.Register("line 0", CpuAccount.General);
        var lines = new List<MemoryLine>();
        try
        {
            lines.AddRange(cases.Select(line => new MemoryLine(line, lead, ledger)));
            using var cipher = new BareCipher(cases[0]);
            return Measure(cipher, lines, ledger);
        }
        finally
        {
            foreach (var line in lines)
            {
                line.Dispose();
            }
        }
    }

    private (RoundTimes Cipher, IReadOnlyList<LineRow> Rows) Measure(BareCipher cipher, List<MemoryLine> lines, CpuLedger ledger)
    {
        foreach (var line in lines)
        {
            line.CarryNumbered(NumberedBatches);
        }

        cipher.SealAndOpen(WarmUpBatches);
        var batches = BatchesOfARound(lines[0]);
        var (allocated, burnt) = (new long[lines.Count], new CpuSnapshot?[lines.Count]);
        List<Func<double>> contenders = [() => cipher.SealAndOpen(Math.Max(1, batches / 2))];
        contenders.AddRange(lines.Select((line, at) => (Func<double>)(() => Carry(line, batches, ledger, ref allocated[at], ref burnt[at]))));

        // What is made once is made before the rounds that count.
        InterleavedRounds.Measure(TimeSpan.Zero, contenders);
        allocated.AsSpan().Clear();
        burnt.AsSpan().Clear();
        var rounds = InterleavedRounds.Measure(duration, contenders);
        var bare = RoundTimes.Of(rounds[0]);
        var first = RoundTimes.Of(rounds[1]);
        var rows = lines.Select((line, at) =>
        {
            var time = RoundTimes.Of(rounds[at + 1]);
            var packets = (double)rounds[at + 1].Count * batches * PacketBatch.DefaultCapacity;
            return new LineRow(line.Case, time, time.Over(bare), time.Over(first), line.Latency.Summarise(), allocated[at] / packets, CpuPerPacket.Of(burnt[at]!, packets), line.CarryNumbered(NumberedBatches), line.Engines, rounds[0].Count);
        });
        return (bare, [.. rows]);
    }

    private static double Carry(MemoryLine line, int batches, CpuLedger ledger, ref long allocated, ref CpuSnapshot? burnt)
    {
        // This thread's flow cache is another policy's, of the contender before.
        line.Carry(line.Case.Threads);
        var start = ledger.Snapshot();
        // Twice: the first reading closes what the snapshot had begun to fill, and that counts as allocated.
        GC.GetTotalAllocatedBytes(precise: true);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var time = line.Carry(batches);
        allocated += GC.GetTotalAllocatedBytes(precise: true) - before;
        var span = ledger.Snapshot().Since(start);
        burnt = burnt?.Plus(span) ?? span;
        return time;
    }

    private int BatchesOfARound(MemoryLine line) =>
        Math.Max(2, (int)(round.TotalNanoseconds / (line.Carry(WarmUpBatches) * PacketBatch.DefaultCapacity)));
}
