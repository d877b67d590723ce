using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;
using IpsecDp.Crypto.Simd.Assembled;
using IpsecDp.Crypto.Simd.Gcm;

namespace Offload.Tests.Crypto.Simd.Assembled;

/// <summary>The assembled kernel called by itself, from texts of one octet on; oracle: <see cref="AesGcm"/>.</summary>
public sealed unsafe class GcmCodeTests
{
    private const int Around = 64;
    private const byte Guard = 0xA5;

    private delegate void Call(GcmFrame* frame);

    [Fact]
    public void For_EveryKeyLength_IsThereWhereTheProcessorIs()
    {
        RequireProcessor();

        Assert.All([10, 12, 14], rounds => Assert.NotNull(GcmCode.For(rounds)));
        Assert.Null(GcmCode.For(11));
        Assert.Contains("four blocks", new SimdEngine().Instructions, StringComparison.Ordinal);
        Assert.DoesNotContain("four blocks", new SimdEngine(CpuFeatures.Detected with { AesQuads = false }).Instructions, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16), InlineData(24), InlineData(32)]
    public void Call_EveryLength_EqualsTheOracleAndTouchesNoOctetBesideTheText(int keyLength)
    {
        RequireProcessor();
        GcmOracle.Require(8 * keyLength);
        byte[] key = RandomNumberGenerator.GetBytes(keyLength);
        using var oracle = new AesGcm(key, tagSizeInBytes: 16);
        using var block = new GcmKeyBlock(key);
        GcmProcedures procedures = GcmCode.For(block.RoundCount) ?? throw new InvalidOperationException("the code is not there");
        foreach (int length in Enumerable.Range(1, 1100).Append(65_535))
        {
            byte[] nonce = RandomNumberGenerator.GetBytes(12), aad = RandomNumberGenerator.GetBytes(8), clear = RandomNumberGenerator.GetBytes(length);
            byte[] ciphertext = new byte[length], tag = new byte[16];
            oracle.Encrypt(nonce, clear, ciphertext, tag, aad);

            byte[] memory = [.. Enumerable.Repeat(Guard, Around), .. clear, .. Enumerable.Repeat(Guard, Around)];
            Assert.Equal(tag, Run(procedures, block, nonce, aad, memory, isSeal: true));
            AssertTextIs(ciphertext, memory);
            Assert.Equal(tag, Run(procedures, block, nonce, aad, memory, isSeal: false));
            AssertTextIs(clear, memory);

            memory[Around + length / 2] ^= 1;
            Assert.NotEqual(tag, Run(procedures, block, nonce, aad, memory, isSeal: true));
        }
    }

    /// <summary>Windows passes the frame in rcx and the key in rdx, where Linux passes a fourth argument and a third.</summary>
    [Theory]
    [InlineData(true), InlineData(false)]
    public void Call_CodeForWindows_DoesTheSame(bool isSeal)
    {
        RequireProcessor();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "here the other tests run it");
        MachineCode code = MachineCode.TryLoad(GcmProcedure.Assemble(10, isSeal, isWindows: true)) ?? throw new InvalidOperationException("the code is not there");
        GcmProcedures own = GcmCode.For(10) ?? throw new InvalidOperationException("the code is not there");
        using var key = new GcmKeyBlock(RandomNumberGenerator.GetBytes(16));
        byte[] nonce = RandomNumberGenerator.GetBytes(12), aad = RandomNumberGenerator.GetBytes(8), text = RandomNumberGenerator.GetBytes(1443 + 2 * Around);
        byte[] other = [.. text];

        byte[] expected = Run(own, key, nonce, aad, text, isSeal);
        byte[] tag = Run(frame => ((delegate* unmanaged<nint, nint, byte*, GcmFrame*, void>)code.At(0))(0, 0, key.Address, frame), nonce, aad, other);

        Assert.Equal(expected, tag);
        Assert.Equal(text, other);
    }

    private static void RequireProcessor() =>
        Assert.SkipUnless(CpuFeatures.Detected.AesQuads, "this processor or the runtime's switches lack the instructions of AES on four blocks at a time");

    private static void AssertTextIs(byte[] expected, byte[] memory)
    {
        Assert.True(memory.AsSpan(Around..^Around).SequenceEqual(expected), $"text of {expected.Length} octets");
        Assert.False(memory.AsSpan(..Around).ContainsAnyExcept(Guard), $"octets before a text of {expected.Length} changed");
        Assert.False(memory.AsSpan(^Around..).ContainsAnyExcept(Guard), $"octets behind a text of {expected.Length} changed");
    }

    private static byte[] Run(GcmProcedures procedures, GcmKeyBlock key, byte[] nonce, byte[] aad, byte[] memory, bool isSeal) =>
        Run(isSeal ? frame => procedures.Seal(key.Address, frame) : frame => procedures.Open(key.Address, frame), nonce, aad, memory);

    private static byte[] Run(Call call, byte[] nonce, byte[] aad, byte[] memory)
    {
        int length = memory.Length - 2 * Around;
        fixed (byte* octets = memory)
        {
            var frame = new GcmFrame
            {
                Nonce = GhashField<CarrylessMultiplyX86>.Padded(nonce),
                Aad = GhashField<CarrylessMultiplyX86>.Padded(aad),
                Lengths = GhashField<CarrylessMultiplyX86>.Lengths(aad.Length, length),
                Text = octets + Around,
                Length = length,
            };
            call(&frame);
            var tag = new byte[Vector128<byte>.Count];
            frame.Tag.CopyTo(tag);
            return tag;
        }
    }
}
