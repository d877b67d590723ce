using System.Diagnostics;
using System.Globalization;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;

namespace IpsecDp.Bench.Crypto;

/// <summary>SimdEngine against AesGcm in a few seconds: short rounds of both in turn, so that a disturbed machine disturbs both alike.</summary>
internal static class QuickTable
{
    // A job has up to 64 packets; fewer of the long ones, so that all stay near the processor.
    private const int LargestJob = 64;
    private const int WorkingSet = 64 * 1024;
    private static readonly int[] Sizes = [64, 256, 512, 1400, 8192];
    private static readonly int[] KeyBits = [128, 256];
    private static readonly TimeSpan TimePerRow = TimeSpan.FromMilliseconds(700);

    /// <summary>Prints GB/s of payload (best and median round) and the ratio of the medians to AesGcm.</summary>
    public static void Print(TextWriter output)
    {
        output.WriteLine("GB/s of payload, best / median of interleaved rounds; x = median over AesGcm's median");
        output.WriteLine("key  bytes   AesGcm seal    simd seal     x      simd job seal x      AesGcm open    simd open     x      simd job open x");
        foreach (int bits in KeyBits)
        {
            foreach (int size in Sizes)
            {
                output.WriteLine(Row(bits, size));
            }
        }
    }

    private static string Row(int bits, int size)
    {
        var packets = new SealedPackets(new CipherSuite(EncryptionAlgorithm.AesGcm16, bits), size, Math.Clamp(WorkingSet / size, 8, LargestJob));
        using var platform = packets.CreatePlatform();
        using IPacketCipher cipher = packets.CreateCipher(new SimdEngine());
        var opened = new bool[packets.Slices.Length];
        Action<PacketSlice[]>[] contenders =
        [
            slices => platform.Seal(slices),
            slices => SealEach(cipher, slices),
            slices => cipher.SealMany(slices),
            slices => platform.Open(slices),
            slices => OpenEach(cipher, slices),
            slices => cipher.OpenMany(slices, opened),
        ];
        platform.Seal(packets.Slices);
        packets.Keep();
        List<double>[] rates = Measure(contenders, packets, (double)size * packets.Slices.Length);
        if (opened.Contains(false))
        {
            throw new InvalidOperationException($"a packet of {size} octets did not open");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bits,3} {size,6}   ")
            + $"{Figure(rates[0])}   {Figure(rates[1])} {Ratio(rates[1], rates[0])}   {Figure(rates[2])} {Ratio(rates[2], rates[0])}   "
            + $"{Figure(rates[3])}   {Figure(rates[4])} {Ratio(rates[4], rates[3])}   {Figure(rates[5])} {Ratio(rates[5], rates[3])}";
    }

    private static List<double>[] Measure(Action<PacketSlice[]>[] contenders, SealedPackets packets, double octets)
    {
        List<double>[] rates = [.. contenders.Select(_ => new List<double>())];
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimePerRow;)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                packets.Restore();
                long start = Stopwatch.GetTimestamp();
                contenders[i](packets.Slices);
                rates[i].Add(octets / Stopwatch.GetElapsedTime(start).TotalNanoseconds);
            }
        }

        foreach (List<double> rate in rates)
        {
            rate.Sort();
        }

        return rates;
    }

    private static void SealEach(IPacketCipher cipher, PacketSlice[] slices)
    {
        foreach (ref readonly PacketSlice slice in slices.AsSpan())
        {
            cipher.Seal(slice.Packet, slice.Sequence);
        }
    }

    private static void OpenEach(IPacketCipher cipher, PacketSlice[] slices)
    {
        foreach (ref readonly PacketSlice slice in slices.AsSpan())
        {
            cipher.TryOpen(slice.Packet, slice.Sequence);
        }
    }

    private static double Median(List<double> sorted) => sorted[sorted.Count / 2];

    private static string Figure(List<double> sorted) =>
        string.Create(CultureInfo.InvariantCulture, $"{sorted[^1],5:F2} /{Median(sorted),5:F2}");

    private static string Ratio(List<double> rates, List<double> baseline) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median(rates) / Median(baseline),5:F2}");
}
