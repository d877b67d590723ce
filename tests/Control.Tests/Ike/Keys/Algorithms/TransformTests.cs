using IpsecDp.Ike.Keys.Algorithms;

namespace Control.Tests.Ike.Keys.Algorithms;

public sealed class TransformTests
{
    [Fact]
    public void BugClass7_EveryNumberNobodyKnows_IsNeverFound()
    {
        for (var id = 0; id <= ushort.MaxValue; id++)
        {
            Assert.Equal(PrfTransform.TryFind((ushort)id, out var prf), prf is not null && (int)prf.Id == id);
            Assert.Equal(IntegrityTransform.TryFind((ushort)id, out var integrity), integrity is not null && (int)integrity.Id == id);
            Assert.Equal(KeyExchangeMethod.TryFind((ushort)id, out var method), method is not null && (int)method.Id == id);
            Assert.Equal(Enum.IsDefined((PrfId)id), prf is not null);
            Assert.Equal(id != 0 && Enum.IsDefined((IntegrityId)id), integrity is not null);
            Assert.Equal(id != 0 && Enum.IsDefined((KeyExchangeId)id), method is not null);
        }
    }

    [Fact]
    public void BugClass8_KeyLengthAttributes_OnlyThoseDefinedAreTaken()
    {
        foreach (var id in Enum.GetValues<EncryptionId>())
        {
            for (var bits = -1; bits <= ushort.MaxValue; bits++)
            {
                int? attribute = bits < 0 ? null : bits;
                var isFixed = id is EncryptionId.TripleDesCbc or EncryptionId.ChaCha20Poly1305;
                Assert.Equal(isFixed ? bits < 0 : bits is 128 or 192 or 256, EncryptionTransform.TryFind((ushort)id, attribute, out _));
            }
        }
    }

    [Fact]
    public void BugClass9_GroupNumbersOutsideTheRegistry_AreRefused()
    {
        Assert.False(KeyExchangeMethod.TryFind(1025, out _));
        Assert.False(KeyExchangeMethod.TryFind(ushort.MaxValue, out _));
        Assert.False(KeyExchangeMethod.TryFind(0, out _));
        Assert.True(KeyExchangeMethod.TryFind(31, out _));
    }

    [Fact]
    public void IsLegacy_IsWhatRfc8247SaysShouldNotBeUsed()
    {
        Assert.Equal(["3des-cbc"], EncryptionTransform.All.Where(t => t.IsLegacy).Select(t => t.Name));
        Assert.Equal(["modp-2048-256", "modp-1536", "modp-1024"], KeyExchangeMethod.All.Where(m => m.IsLegacy).Select(m => m.Name));
    }

    [Fact]
    public void Names_AreAllDifferent()
    {
        string[] names = [.. EncryptionTransform.All.Select(t => t.Name), .. PrfTransform.All.Select(t => t.Name), .. IntegrityTransform.All.Select(t => t.Name), .. KeyExchangeMethod.All.Select(t => t.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(14, EncryptionTransform.All.Count);
    }

    [Fact]
    public void KeyLengths_AreWhatTheRfcsSay()
    {
        var gcm = EncryptionTransform.Of(EncryptionId.AesGcm16, 256);
        Assert.Equal((32, 4, 36, 8, 16, 1), (gcm.KeyLength, gcm.SaltLength, gcm.KeyMaterialLength, gcm.IvLength, gcm.IcvLength, gcm.BlockLength));
        var chacha = EncryptionTransform.Of(EncryptionId.ChaCha20Poly1305, 256);
        Assert.Equal((36, 8, 16), (chacha.KeyMaterialLength, chacha.IvLength, chacha.IcvLength));
        var triple = EncryptionTransform.Of(EncryptionId.TripleDesCbc, 192);
        Assert.Equal((24, 8, 0, 8), (triple.KeyMaterialLength, triple.IvLength, triple.IcvLength, triple.BlockLength));
    }
}
