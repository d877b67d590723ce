using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Negotiation;

namespace Control.Tests.Ike.Negotiation;

public sealed class AlgorithmNamesTests
{
    [Theory]
    [InlineData(TransformType.Encryption, 20, 256, "aes-256-gcm-16")]
    [InlineData(TransformType.Encryption, 12, 128, "aes-128-cbc")]
    [InlineData(TransformType.Encryption, 28, 0, "chacha20-poly1305")]
    [InlineData(TransformType.Encryption, 3, 0, "3des-cbc")]
    [InlineData(TransformType.Encryption, 20, 0, "aes-gcm-16")]
    [InlineData(TransformType.Encryption, 28, 256, "chacha20-poly1305-256")]
    [InlineData(TransformType.Encryption, 999, 0, "encryption-999")]
    [InlineData(TransformType.Encryption, 999, 77, "encryption-999-77")]
    [InlineData(TransformType.Prf, 5, 0, "prf-hmac-sha2-256")]
    [InlineData(TransformType.Prf, 99, 0, "prf-number-99")]
    [InlineData(TransformType.Integrity, 12, 0, "hmac-sha2-256-128")]
    [InlineData(TransformType.KeyExchange, 31, 0, "curve25519")]
    [InlineData(TransformType.KeyExchange, 1025, 0, "method-1025")]
    [InlineData(TransformType.AdditionalKeyExchange1, 36, 0, "ke1-ml-kem-768")]
    [InlineData(TransformType.AdditionalKeyExchange7, 0, 0, "ke7-none")]
    [InlineData(TransformType.SequenceNumbers, 1, 0, "esn")]
    [InlineData((TransformType)77, 1, 0, "type-77-1")]
    public void Of_Transform_IsItsName(TransformType type, int id, int keyBits, string expected) =>
        Assert.Equal(expected, AlgorithmNames.Of(keyBits == 0 ? new Transform(type, (ushort)id) : new Transform(type, (ushort)id, keyBits)));

    [Fact]
    public void TryParse_EveryName_IsTheTransformItNames()
    {
        var count = 0;
        foreach (var type in Enum.GetValues<TransformType>())
        {
            for (ushort id = 0; id < 64; id++)
            {
                var transform = TransformRules.HasKeyLength(type, id) ? new Transform(type, id, 192) : new Transform(type, id);
                var name = AlgorithmNames.Of(transform);
                var short_ = TransformRules.IsAdditionalKeyExchange(type) || type == TransformType.Prf ? name[(name.IndexOf('-') + 1)..] : name;
                if (AlgorithmNames.TryParse(type, short_.ToUpperInvariant(), out var parsed))
                {
                    Assert.Equal(transform, parsed);
                    count++;
                }
                else
                {
                    Assert.EndsWith($"{id}", name.Replace("-192", ""));
                }
            }
        }

        Assert.True(count > 200, $"{count} names");
        Assert.False(AlgorithmNames.TryParse(TransformType.Encryption, "aes-512-gcm-16", out _));
        Assert.Throws<ArgumentException>(() => Transforms.Encryption("rot13"));
    }
}
