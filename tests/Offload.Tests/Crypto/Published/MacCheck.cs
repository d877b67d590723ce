using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.TestKit.Crypto;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

/// <summary>Runs cases of separate MACs: as AH's where key and tag are long enough for it, else on the bare primitive.</summary>
public static class MacCheck
{
    public static Tally Run(EngineUnderTest tested, IntegrityAlgorithm algorithm, IEnumerable<MacVector> vectors) =>
        vectors.Aggregate(Tally.None, (tally, vector) => tally + Run(tested, algorithm, vector));

    private static Tally Run(EngineUnderTest tested, IntegrityAlgorithm algorithm, MacVector vector)
    {
        var icvLength = CipherSuite.IcvLengthOf(algorithm);
        var isWhole = vector.Key.Length == CipherSuite.KeyLengthOf(algorithm) && vector.Tag.Length >= icvLength;
        if (isWhole && tested.Engine.Supports(algorithm) && !IsWrongBehindTheCut(algorithm, vector, icvLength))
        {
            InAh(tested.Engine, algorithm, vector);
            return new Tally(0, 1, 0, 0);
        }

        var isBlockKey = vector.Key.Length is 16 or 24 or 32;
        var isBlockCode = algorithm is IntegrityAlgorithm.AesCmac96 or IntegrityAlgorithm.AesXcbc96;
        if (tested.Primitives is null || (isBlockCode && !isBlockKey))
        {
            return new Tally(0, 0, 0, 1);
        }

        var code = tested.Primitives.Mac(algorithm, vector.Key, vector.Message, vector.Tag.Length);
        Assert.True(vector.IsValid == code.AsSpan().SequenceEqual(vector.Tag), vector.Name);
        return new Tally(0, 0, 1, 0);
    }

    private static void InAh(ICryptoEngine engine, IntegrityAlgorithm algorithm, MacVector vector)
    {
        using var key = new SecretBytes(vector.Key);
        using var mac = engine.CreateMac(algorithm, key);
        var icv = vector.Tag[..mac.IcvLength];
        Assert.True(vector.IsValid == mac.Verify(vector.Message, icv), vector.Name);
        if (vector.IsValid)
        {
            var signed = new byte[mac.IcvLength];
            mac.Sign(vector.Message, 1, signed);
            Assert.True(signed.AsSpan().SequenceEqual(icv), vector.Name);
            Assert.False(mac.Verify(vector.Message, PacketForge.WithBitTurned(icv, 5)), vector.Name);
        }
    }

    // A tag whose fault lies in the octets that are cut away is right in its ICV.
    private static bool IsWrongBehindTheCut(IntegrityAlgorithm algorithm, MacVector vector, int icvLength) =>
        !vector.IsValid && PlainMac.Whole(algorithm, vector.Key, vector.Message).AsSpan(0, icvLength).SequenceEqual(vector.Tag.AsSpan(0, icvLength));
}
