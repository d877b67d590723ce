using System.Globalization;
using IpsecDp.Bench.Rounds;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;

namespace IpsecDp.Bench.Crypto;

/// <summary>AES-128-CBC with HMAC: PlatformEngine against SimdEngine with the platform's HMAC and with each kind of lanes the processor has, in short rounds of all in turn.</summary>
internal static class CbcTable
{
    private static readonly TimeSpan TimePerRow = TimeSpan.FromMilliseconds(500);
    private static readonly int[] Jobs = [1, 4, 6, 8, 16, 64];
    private static readonly int[] Sizes = [64, 512, 1408];

    /// <summary>Prints nanoseconds a packet and PlatformEngine's time over that of the others.</summary>
    public static void Print(TextWriter output)
    {
        CpuFeatures all = CpuFeatures.Detected;
        CpuFeatures none = all with { Words256 = false, RotatingWords256 = false, Words512 = false };
        List<(string Name, ICryptoEngine Engine)> engines = [("platform", new PlatformEngine()), ("no lanes", new SimdEngine(none))];
        if (all.Words256)
        {
            engines.Add(("8 lanes", new SimdEngine(none with { Words256 = true })));
        }

        if (all.RotatingWords256)
        {
            engines.Add(("8 rotating", new SimdEngine(all with { Words512 = false })));
        }

        if (all.Words512)
        {
            engines.Add(("as chosen", new SimdEngine()));
        }

        output.WriteLine("AES-128-CBC + HMAC, ns a packet, best / median of interleaved rounds; x = the platform's time over it, best / median");
        output.WriteLine($"mac                 job       dir  {string.Join(' ', engines.Select(engine => $"{engine.Name,26}"))}");
        foreach (IntegrityAlgorithm mac in new[] { IntegrityAlgorithm.HmacSha256_128, IntegrityAlgorithm.HmacSha1_96 })
        {
            foreach (int size in Sizes)
            {
                foreach (int job in Jobs)
                {
                    PrintRows(output, mac, size, job, [.. engines.Select(engine => engine.Engine)]);
                }
            }
        }
    }

    private static void PrintRows(TextWriter output, IntegrityAlgorithm mac, int size, int job, IReadOnlyList<ICryptoEngine> engines)
    {
        var packets = new SealedPackets(new CipherSuite(EncryptionAlgorithm.AesCbc, 128, mac), size, job);
        IPacketCipher[] ciphers = [.. engines.Select(packets.CreateCipher)];
        var opened = new bool[job];
        ciphers[0].SealMany(packets.Slices);
        packets.Keep();
        Write("seal", [.. ciphers.Select<IPacketCipher, Action>(cipher => () => cipher.SealMany(packets.Slices))]);
        Write("open", [.. ciphers.Select<IPacketCipher, Action>(cipher => () => cipher.OpenMany(packets.Slices, opened))]);
        if (opened.Contains(false))
        {
            throw new InvalidOperationException($"a packet of {size} octets did not open");
        }

        foreach (IPacketCipher cipher in ciphers)
        {
            cipher.Dispose();
        }

        void Write(string direction, Action[] contenders)
        {
            RoundTimes[] times = InterleavedRounds.Measure(TimePerRow, packets.Restore, contenders);
            var figures = times.Select(time => (Time: time.Per(job), Ratio: new RoundTimes(times[0].Best / time.Best, times[0].Median / time.Median)))
                .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Time.Best,6:F0}/{row.Time.Median,6:F0} x{row.Ratio.Best,5:F2}/{row.Ratio.Median,5:F2}"));
            output.WriteLine($"{mac,-16} {job,3}x{size,-5} {direction}  {string.Join(' ', figures)}");
        }
    }
}
