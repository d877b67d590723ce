using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;

namespace Control.Tests.Ike.V2;

public sealed class AlgorithmTests
{
    [Theory]
    [InlineData("aes-128-cbc", "hmac-sha2-256-128", "hmac-sha2-256", "modp-2048", "aes-128-cbc", "hmac-sha2-256-128")]
    [InlineData("aes-256-cbc", "hmac-sha2-512-256", "hmac-sha2-512", "ecp-521", "aes-256-cbc", "hmac-sha2-384-192")]
    [InlineData("3des-cbc", "hmac-sha1-96", "hmac-sha1", "modp-1024", "3des-cbc", "hmac-sha1-96")]
    [InlineData("chacha20-poly1305", null, "hmac-sha2-384", "ecp-384", "chacha20-poly1305", null)]
    [InlineData("aes-128-gcm-8", null, "aes-xcbc", "curve25519", "aes-192-gcm-12", null)]
    [InlineData("aes-192-cbc", "aes-xcbc-96", "aes-cmac", "ecp-256", "null", "hmac-sha2-256-128")]
    public void Handshake_AndRekeys_WithEverySuite(string cipher, string? mac, string prf, string group, string childCipher, string? childMac)
    {
        Offer ike = new(ProtocolId.Ike, [Transforms.Encryption(cipher), .. Mac(mac), Transforms.Prf(prf), Transforms.KeyExchange(group)]);
        Offer esp = new(ProtocolId.Esp, [Transforms.Encryption(childCipher), .. Mac(childMac), Transforms.KeyExchange(group), Transforms.ExtendedNumbers]);
        using var ends = Given.Established(model => With(model, ike, esp));
        Play(ends);
        Assert.True(ends.Left.Inbound.Values.Single().HasExtendedNumbers);
    }

    [Fact]
    public void Child_OfAh_HasAMacAndNoCipher()
    {
        Offer ah = new(ProtocolId.Ah, [Transforms.Integrity("hmac-sha2-256-128"), Transforms.PlainNumbers]);
        using var ends = Given.Established(model => With(model, Given.IkeOffer("curve25519"), ah));
        Play(ends);

        var child = ends.Left.Inbound.Values.Single();
        Assert.Equal((ProtocolId.Ah, null, IpsecDp.Crypto.IntegrityAlgorithm.HmacSha256_128), (child.Protocol, child.Suite, child.Integrity));
        Assert.Equal((0, 32), (child.InboundKeys.Encryption.Length, child.InboundKeys.Integrity.Length));
    }

    // The offers' own order counts, and one of several is agreed by both.
    [Fact]
    public void Offers_Several_TheResponderTakesWhatItWantsMost()
    {
        using var ends = Given.Ends(
            left: model => model with { Offers = [Given.IkeOffer("modp-2048", "curve25519", "ecp-256")] },
            right: model => model with { Offers = [Given.IkeOffer("ecp-256", "curve25519")] });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        Assert.Equal("ecp-256", ends.Left.Of<IkeEvent.IkeSaEstablished>().Single().Suite.KeyExchange.Name);
    }

    private static void Play(LinkedEndpoints ends)
    {
        ends.Order(ends.Left, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromSeconds(1));
        ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 1);
        Assert.Single(ends.Left.Of<IkeEvent.IkeSaRekeyed>());
        Assert.Equal(2, ends.Left.Of<IkeEvent.ChildInstalled>().Count());
    }

    private static IEnumerable<Transform> Mac(string? name) => name is null ? [] : [Transforms.Integrity(name)];

    private static ConnectionModel With(ConnectionModel model, Offer ike, Offer child) =>
        model with { Offers = [ike], Children = [Given.Child(model.LocalId == Given.LeftId) with { Offers = [child] }] };
}
