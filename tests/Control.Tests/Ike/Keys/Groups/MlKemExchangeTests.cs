using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Control.Tests.Ike.Keys.Groups;

public sealed class MlKemExchangeTests
{
    public static TheoryData<KeyExchangeId> Methods => [KeyExchangeId.MlKem512, KeyExchangeId.MlKem768, KeyExchangeId.MlKem1024];

    [Theory, MemberData(nameof(Methods))]
    public void Agree_WherePlatformHasIt_BothHoldTheSameSecret(KeyExchangeId id)
    {
        var method = KeyExchangeMethod.Of(id);
        Assert.SkipUnless(method.IsAvailable, method.Unavailability);
        using var initiator = KeyExchanges.Begin(method, KeyExchangeRole.Initiator, new SeededEntropy(1));
        using var responder = KeyExchanges.Begin(method, KeyExchangeRole.Responder, new SeededEntropy(2));
        Assert.Throws<InvalidOperationException>(() => responder.PublicValue);
        Assert.Equal(KeyExchangeFault.None, responder.Agree(initiator.PublicValue.Span, out var one));
        Assert.Equal((method.InitiatorLength, method.ResponderLength), (initiator.PublicValue.Length, responder.PublicValue.Length));
        Assert.Equal(KeyExchangeFault.None, initiator.Agree(responder.PublicValue.Span, out var two));
        Assert.Equal(one!.Octets(), two!.Octets());

        // FIPS 203 §6.3: a forged ciphertext is answered by another secret, not by a fault an attacker could see.
        var forged = responder.PublicValue.ToArray();
        forged[0] ^= 1;
        Assert.Equal(KeyExchangeFault.None, initiator.Agree(forged, out var other));
        Assert.NotEqual(one!.Octets(), other!.Octets());
        Assert.Equal(KeyExchangeFault.WrongLength, initiator.Agree(forged.AsSpan(1), out _));
    }

    [Theory, MemberData(nameof(Methods))]
    public void Begin_WherePlatformLacksIt_SaysSoInASentence(KeyExchangeId id)
    {
        var method = KeyExchangeMethod.Of(id);
        Assert.SkipWhen(method.IsAvailable, "the platform has ML-KEM");
        var refusal = Assert.Throws<NotSupportedException>(() => KeyExchanges.Begin(method, KeyExchangeRole.Initiator, new SeededEntropy(1)));
        Assert.Contains($"{method.Name} is not available here", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Methods))]
    public void BugClass31_KeyOfAnotherLength_IsRefusedBeforeThePlatform(KeyExchangeId id)
    {
        var method = KeyExchangeMethod.Of(id);
        using var responder = new MlKemResponder(method);
        foreach (var length in new[] { 0, 1, method.InitiatorLength - 1, method.InitiatorLength + 1, method.ResponderLength == method.InitiatorLength ? 0 : method.ResponderLength })
        {
            Assert.Equal(KeyExchangeFault.WrongLength, responder.Agree(new byte[length], out _));
        }
    }

    [Theory, MemberData(nameof(Methods))]
    public void BugClass31_KeyWithANumberNotReduced_IsRefused(KeyExchangeId id)
    {
        // A real key, made by another implementation, with one number after the other put to q.
        var method = KeyExchangeMethod.Of(id);
        var key = RealKey(id);
        Assert.Equal(method.InitiatorLength, key.Length);
        Assert.True(MlKemParameters.IsReduced(key));
        using var responder = new MlKemResponder(method);
        for (var pair = 0; pair < (key.Length - 32) / 3; pair += 37)
        {
            byte[] first = [.. key];
            (first[3 * pair], first[(3 * pair) + 1]) = (0x01, (byte)((first[(3 * pair) + 1] & 0xF0) | 0x0D));
            Assert.Equal(KeyExchangeFault.NotReduced, responder.Agree(first, out _));
            byte[] second = [.. key];
            (second[(3 * pair) + 1], second[(3 * pair) + 2]) = ((byte)((second[(3 * pair) + 1] & 0x0F) | 0x10), 0xD0);
            Assert.Equal(KeyExchangeFault.NotReduced, responder.Agree(second, out _));
        }
    }

    private static byte[] RealKey(KeyExchangeId id)
    {
        var parameters = id switch
        {
            KeyExchangeId.MlKem512 => MLKemParameters.ml_kem_512,
            KeyExchangeId.MlKem768 => MLKemParameters.ml_kem_768,
            _ => MLKemParameters.ml_kem_1024,
        };
        var generator = new MLKemKeyPairGenerator();
        generator.Init(new MLKemKeyGenerationParameters(new SecureRandom(), parameters));
        return ((MLKemPublicKeyParameters)generator.GenerateKeyPair().Public).GetEncoded();
    }
}
