using System.Globalization;
using IpsecDp.Bench.Rounds;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Bench.Line;

/// <summary>The whole memory line against the cipher alone in a few seconds, rounds of all in turn.</summary>
internal static class LineTable
{
    // A round lasts a fraction of a scheduler's slice, so that the best ones are undisturbed; with an engine it must be longer than its start and end.
    private const int Batches = 4;
    private const int BatchesWithEngine = 32;
    private static readonly TimeSpan TimePerRow = TimeSpan.FromSeconds(3);

    /// <summary>Prints nanoseconds per packet (best and median round) and the ratios to the bare cipher's.</summary>
    public static void Print(TextWriter output)
    {
        output.WriteLine("ns per packet sealed and opened, best / median of interleaved rounds, AES-128-GCM; x = over the bare cipher's, best / median");
        output.WriteLine("mode       bytes   bare cipher        line, 0 engines    x              line, 1 engine     x              CPU x of the engine run");
        foreach (SaMode mode in (SaMode[])[SaMode.Transport, SaMode.Tunnel])
        {
            foreach (int length in (int[])[1400, 64])
            {
                output.WriteLine(Row(mode, length));
            }
        }
    }

    private static string Row(SaMode mode, int length)
    {
        var ledger = new CpuLedger();
        using var bare = new BareCipher(mode, length);
        using var alone = new MemoryLine(mode, length, engines: 0, ledger);
        RoundTimes[] times = InterleavedRounds.Measure(TimePerRow, () => { }, () => bare.SealAndOpen(Batches), () => alone.Carry(Batches));
        RoundTimes cipher = times[0].Per(Batches * MemoryLine.BatchSize);
        RoundTimes line = times[1].Per(Batches * MemoryLine.BatchSize);

        var engineLedger = new CpuLedger();
        using var withEngine = new MemoryLine(mode, length, engines: 1, engineLedger);
        var carried = 0L;
        var burnt = 0.0;
        times = InterleavedRounds.Measure(
            TimePerRow,
            () => { },
            () => bare.SealAndOpen(Batches),
            () =>
            {
                CpuSnapshot before = engineLedger.Snapshot();
                withEngine.Carry(BatchesWithEngine);
                burnt += Work(engineLedger.Snapshot().Since(before));
                carried += BatchesWithEngine * MemoryLine.BatchSize;
            });
        RoundTimes cipherBeside = times[0].Per(Batches * MemoryLine.BatchSize);
        RoundTimes moved = times[1].Per(BatchesWithEngine * MemoryLine.BatchSize);
        return string.Create(CultureInfo.InvariantCulture, $"{mode,-10} {length,5}   {Figure(cipher)}   {Figure(line)}   {Ratio(line, cipher)}   {Figure(moved)}   {Ratio(moved, cipherBeside)}   {burnt * 1e9 / carried / cipherBeside.Median,5:F2}");
    }

    // Everything but the engine's hope for work.
    private static double Work(CpuSnapshot span) => CpuAccounts.All.Where(account => account != CpuAccount.Idle).Sum(account => span[account]);

    private static string Figure(RoundTimes times) => string.Create(CultureInfo.InvariantCulture, $"{times.Best,7:F1} /{times.Median,7:F1}");

    private static string Ratio(RoundTimes times, RoundTimes baseline) =>
        string.Create(CultureInfo.InvariantCulture, $"{times.Best / baseline.Best,5:F2} /{times.Median / baseline.Median,5:F2}");
}
