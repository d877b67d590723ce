using System.Runtime.Intrinsics;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;

namespace Offload.Tests.Crypto.Simd.Code;

/// <summary>What the disassembled process runs: every loop the guard looks at is compiled on the way, so none is left to the assembled kernel.</summary>
public class KernelWorkload
{
    [Fact]
    public void SealAndOpen_JobsOfEveryKind_Open()
    {
        foreach (CipherSuite suite in new[]
        {
            new CipherSuite(EncryptionAlgorithm.AesGcm16, 128),
            new CipherSuite(EncryptionAlgorithm.AesCbc, 128, IntegrityAlgorithm.HmacSha256_128),
            new CipherSuite(EncryptionAlgorithm.AesCbc, 128, IntegrityAlgorithm.HmacSha1_96),
        })
        {
            using SuiteKeys keys = EspPacket.RandomKeys(suite);
            using IPacketCipher cipher = new SimdEngine(CpuFeatures.Detected with { AesQuads = false }).CreateCipher(suite, keys, extendedSequenceNumbers: false);
            var job = new PinnedJob(cipher, Enumerable.Range(0, 36).Select(i => i < 18 ? 16 * (i / 2) : 1408));
            var opened = new bool[job.Slices.Length];
            cipher.SealMany(job.Slices);
            cipher.OpenMany(job.Slices, opened);
            Assert.DoesNotContain(false, opened);
        }

        Assert.NotEqual(CodeSamples.Lean(3, Vector128<int>.One), CodeSamples.Spilling(3, Vector128<int>.One));
    }
}
