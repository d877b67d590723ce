using System.Globalization;
using IpsecDp.Bench.Rounds;
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
        double octets = (double)size * packets.Slices.Length;
        platform.Seal(packets.Slices);
        packets.Keep();
        RoundTimes[] times = InterleavedRounds.Measure(
            TimePerRow,
            packets.Restore,
            () => platform.Seal(packets.Slices),
            () => SealEach(cipher, packets.Slices),
            () => cipher.SealMany(packets.Slices),
            () => platform.Open(packets.Slices),
            () => OpenEach(cipher, packets.Slices),
            () => cipher.OpenMany(packets.Slices, opened));
        if (opened.Contains(false))
        {
            throw new InvalidOperationException($"a packet of {size} octets did not open");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bits,3} {size,6}   ")
            + $"{Figure(0)}   {Figure(1)} {Ratio(1, 0)}   {Figure(2)} {Ratio(2, 0)}   "
            + $"{Figure(3)}   {Figure(4)} {Ratio(4, 3)}   {Figure(5)} {Ratio(5, 3)}";

        string Figure(int contender) =>
            string.Create(CultureInfo.InvariantCulture, $"{octets / times[contender].Best,5:F2} /{octets / times[contender].Median,5:F2}");

        string Ratio(int contender, int baseline) =>
            string.Create(CultureInfo.InvariantCulture, $"{times[baseline].Median / times[contender].Median,5:F2}");
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
}
