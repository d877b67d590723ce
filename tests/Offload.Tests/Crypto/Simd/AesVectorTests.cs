using System.Runtime.Intrinsics;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Crypto.Simd.Aes;

namespace Offload.Tests.Crypto.Simd;

/// <summary>The examples printed in FIPS 197, RFC 4493 and RFC 3566.</summary>
public class AesVectorTests
{
    private const string Ascending = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string CmacMessage =
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

    // Key octets and the ciphertext of 00112233445566778899aabbccddeeff (FIPS 197 appendix C).
    public static TheoryData<int, string> Fips197 => new()
    {
        { 16, "69c4e0d86a7b0430d8cdb78070b4c55a" },
        { 24, "dda97ca4864cdfe06eaf70a0ec0d7191" },
        { 32, "8ea2b7ca516745bfeafc49904b496089" },
    };

    // Octets of the message and its tag before truncation (RFC 4493 §4).
    public static TheoryData<SimdPath, int, string> Rfc4493 => WithPaths(
        (0, "bb1d6929e95937287fa37d129b756746"), (16, "070a16b46b4d4144f79bdd9dd04a287c"),
        (40, "dfa66747de9ae63030ca32611497c827"), (64, "51f0bebf7e3b9d92fc49741779363cfe"));

    // The same for messages 00 01 02 … (RFC 3566 §4.6).
    public static TheoryData<SimdPath, int, string> Rfc3566 => WithPaths(
        (0, "75f0251d528ac01c4573dfd584d79f29"), (3, "5b376580ae2f19afe7219ceef172756f"), (16, "d2a246fa349b68a79998a4394ff7a263"),
        (20, "47f51b4564966215b8985c63055ed308"), (32, "f54f0ec8d2b9f3d36807734bd5283fd4"));

    [Theory, MemberData(nameof(Fips197))]
    public void Scalar_Fips197_MatchesBothWays(int keyLength, string ciphertext) => AssertFips197<AesRoundScalar>(keyLength, ciphertext);

    [Theory, MemberData(nameof(Fips197))]
    public void X86_Fips197_MatchesBothWays(int keyLength, string ciphertext)
    {
        Assert.SkipUnless(CpuFeatures.Detected.AesX86, "no AES-NI here");
        AssertFips197<AesRoundX86>(keyLength, ciphertext);
    }

    [Theory, MemberData(nameof(Fips197))]
    public void Arm_Fips197_MatchesBothWays(int keyLength, string ciphertext)
    {
        Assert.SkipUnless(CpuFeatures.Detected.AesArm, "no Armv8 AES here");
        AssertFips197<AesRoundArm>(keyLength, ciphertext);
    }

    [Theory, MemberData(nameof(Rfc4493))]
    public void Cmac_Rfc4493_Matches(SimdPath path, int length, string tag) =>
        AssertMac(path, IntegrityAlgorithm.AesCmac96, "2b7e151628aed2a6abf7158809cf4f3c", Convert.FromHexString(CmacMessage)[..length], tag);

    [Theory, MemberData(nameof(Rfc3566))]
    public void Xcbc_Rfc3566_Matches(SimdPath path, int length, string tag) =>
        AssertMac(path, IntegrityAlgorithm.AesXcbc96, Ascending[..32], Convert.FromHexString(Ascending)[..length], tag);

    private static void AssertFips197<TRound>(int keyLength, string ciphertext)
        where TRound : struct, IAesRound
    {
        using AesRoundKeys keys = AesRoundKeys.Expand<TRound>(Convert.FromHexString(Ascending).AsSpan(..keyLength));
        using AesRoundKeys inverse = keys.Invert<TRound>();
        Vector128<byte> clear = Vector128.Create(Convert.FromHexString("00112233445566778899aabbccddeeff"));
        Vector128<byte> hidden = AesLanes<TRound>.Encrypt(keys.Keys, clear);
        Assert.Equal(Vector128.Create(Convert.FromHexString(ciphertext)), hidden);
        Assert.Equal(clear, AesLanes<TRound>.Decrypt(inverse.Keys, hidden));
    }

    private static void AssertMac(SimdPath path, IntegrityAlgorithm algorithm, string key, byte[] message, string tag)
    {
        using var secret = new SecretBytes(Convert.FromHexString(key));
        using IPacketMac mac = SimdPaths.Engine(path).CreateMac(algorithm, secret);
        var icv = new byte[12];
        mac.Sign(message, 1, icv);
        Assert.Equal(Convert.FromHexString(tag)[..12], icv);
        Assert.True(mac.Verify(message, icv));
        icv[11] ^= 1;
        Assert.False(mac.Verify(message, icv));
    }

    private static TheoryData<SimdPath, int, string> WithPaths(params (int Length, string Tag)[] examples) => new(
        from path in SimdPaths.Here
        from example in examples
        select (path, example.Length, example.Tag));
}
