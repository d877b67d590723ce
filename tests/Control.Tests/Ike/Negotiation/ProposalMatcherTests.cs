using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;

namespace Control.Tests.Ike.Negotiation;

public sealed class ProposalMatcherTests
{
    private static readonly Octets Spi = Octets.Of(0xC0, 0xFF, 0xEE, 1);
    private static readonly MatchRules Init = new(SpiLength: 0);
    private static readonly MatchRules Child = new(SpiLength: 4);

    [Theory]
    [InlineData("aes-256-gcm-16 prf-hmac-sha2-256 curve25519", "aes-256-gcm-16 prf-hmac-sha2-256 curve25519")]
    [InlineData("aes-256-cbc aes-256-gcm-16 prf-hmac-sha2-512 prf-hmac-sha2-256 modp-2048 curve25519", "aes-256-gcm-16 prf-hmac-sha2-256 curve25519")]
    [InlineData("aes-256-cbc aes-256-gcm-16 hmac-sha2-512-256 prf-hmac-sha2-256 modp-2048", "aes-256-cbc hmac-sha2-512-256 prf-hmac-sha2-256 modp-2048")]
    [InlineData("aes-256-gcm-16 none! prf-hmac-sha2-256 ecp-256", "aes-256-gcm-16 none! prf-hmac-sha2-256 ecp-256")]
    [InlineData("aes-256-gcm-16 hmac-sha2-512-256 prf-hmac-sha2-256 ecp-256", null)]
    [InlineData("aes-256-cbc prf-hmac-sha2-256 ecp-256", null)]
    [InlineData("aes-256-cbc none! prf-hmac-sha2-256 ecp-256", null)]
    [InlineData("aes-128-gcm-16 prf-hmac-sha2-256 curve25519", null)]
    [InlineData("aes-256-gcm-16 curve25519", null)]
    [InlineData("aes-256-gcm-16 prf-hmac-sha2-256", null)]
    [InlineData("prf-hmac-sha2-256 curve25519", null)]
    [InlineData("aes-256-gcm-16 prf-hmac-sha2-256 curve25519 esn", null)]
    [InlineData("aes-256-gcm-16 prf-hmac-sha2-256 curve25519 ke1-ml-kem-768", "aes-256-gcm-16 prf-hmac-sha2-256 curve25519 ke1-ml-kem-768")]
    [InlineData("aes-256-gcm-16 prf-hmac-sha2-256 curve25519 ke1-ml-kem-1024 ke1-none", "aes-256-gcm-16 prf-hmac-sha2-256 curve25519 ke1-none")]
    [InlineData("aes-256-gcm-16 prf-hmac-sha2-256 curve25519 ke1-ml-kem-1024", null)]
    [InlineData("aes-256-gcm-16 prf-hmac-sha2-256 curve25519 ke3-ml-kem-768", null)]
    [InlineData("aes-256-gcm-16 prf-hmac-sha2-256 curve25519 ke3-ml-kem-768 ke3-none", "aes-256-gcm-16 prf-hmac-sha2-256 curve25519 ke3-none")]
    public void TryChoose_OfIke_TakesOurOrderAndTheRulesOfTheRfc(string asked, string? expected)
    {
        var isChosen = ProposalMatcher.TryChoose([IkeSeeds.IkeOffer], Sa(ProtocolId.Ike, Octets.Empty, asked), Init, out var agreement, out var failure);

        Assert.Equal(expected is not null, isChosen);
        Assert.Equal(expected is null ? IkeFault.NoProposalChosen : IkeFault.None, failure.Fault);
        if (expected is not null)
        {
            Assert.Equal(Parse(expected).OrderBy(transform => transform.Type), agreement!.Proposal.Transforms);
        }
    }

    [Theory]
    [InlineData("aes-128-gcm-16 esn esn-no", "aes-128-gcm-16 esn")]
    [InlineData("aes-128-gcm-16 esn-no", "aes-128-gcm-16 esn-no")]
    [InlineData("aes-128-gcm-16 curve25519 none esn-no", "aes-128-gcm-16 curve25519 esn-no")]
    [InlineData("aes-128-gcm-16 ecp-256 none esn-no", "aes-128-gcm-16 none esn-no")]
    [InlineData("aes-128-gcm-16 ecp-256 esn-no", null)]
    [InlineData("aes-128-cbc hmac-sha2-256-128 esn", "aes-128-cbc hmac-sha2-256-128 esn")]
    [InlineData("aes-128-cbc hmac-sha1-96 esn", null)]
    [InlineData("aes-128-cbc esn", null)]
    [InlineData("null hmac-sha2-256-128 esn", null)]
    [InlineData("aes-128-gcm-16", null)]
    [InlineData("aes-128-gcm-16 prf-hmac-sha2-256 esn", null)]
    public void TryChoose_OfEsp_TakesOurOrderAndTheRulesOfTheRfc(string asked, string? expected)
    {
        var isChosen = ProposalMatcher.TryChoose([IkeSeeds.EspOffer], Sa(ProtocolId.Esp, Spi, asked), Child, out var agreement, out _);

        Assert.Equal(expected, isChosen ? Names(agreement!) : null);
    }

    [Theory]
    [InlineData("hmac-sha2-256-128 esn-no", "hmac-sha2-256-128 esn-no")]
    [InlineData("none! esn-no", null)]
    [InlineData("aes-128-cbc hmac-sha2-256-128 esn-no", null)]
    [InlineData("esn-no", null)]
    public void TryChoose_OfAh_NeedsIntegrityAndNoEncryption(string asked, string? expected)
    {
        var isChosen = ProposalMatcher.TryChoose([IkeSeeds.AhOffer], Sa(ProtocolId.Ah, Spi, asked), Child, out var agreement, out _);

        Assert.Equal(expected, isChosen ? Names(agreement!) : null);
    }

    [Fact]
    public void TryChoose_SecondProposalFits_ItsNumberAndSpiAreKept()
    {
        var asked = new SaPayload([Proposal(1, ProtocolId.Esp, Spi, "3des-cbc hmac-sha1-96 esn-no"), Proposal(2, ProtocolId.Esp, Octets.Of(1, 2, 3, 4), "aes-128-gcm-16 esn-no")]);

        Assert.True(ProposalMatcher.TryChoose([IkeSeeds.EspOffer], asked, Child, out var agreement, out _));
        Assert.Equal((2, Octets.Of(1, 2, 3, 4)), (agreement.Proposal.Number, agreement.PeerSpi));
        Assert.Equal(Spi, agreement.ToAnswer(Spi).Spi);
    }

    [Fact]
    public void TryChoose_WithoutKeyExchange_LooksAtNoMethod()
    {
        var asked = Sa(ProtocolId.Esp, Spi, "aes-128-gcm-16 ecp-521 esn");

        Assert.False(ProposalMatcher.TryChoose([IkeSeeds.EspOffer], asked, Child, out _, out _));
        Assert.True(ProposalMatcher.TryChoose([IkeSeeds.EspOffer], asked, Child with { WithoutKeyExchange = true }, out var agreement, out _));
        Assert.Equal("aes-128-gcm-16 esn", Names(agreement));
    }

    [Fact]
    public void TryChoose_SentMethodAcceptable_IsTaken()
    {
        var asked = Sa(ProtocolId.Ike, Octets.Empty, "aes-256-gcm-16 prf-hmac-sha2-256 curve25519 modp-2048 modp-8192");

        Assert.True(ProposalMatcher.TryChoose([IkeSeeds.IkeOffer], asked, Init with { SentMethod = 14 }, out var taken, out _));
        Assert.True(ProposalMatcher.TryChoose([IkeSeeds.IkeOffer], asked, Init with { SentMethod = 18 }, out var preferred, out _));
        Assert.Equal((14, 31), (taken.KeyExchange, preferred.KeyExchange));
    }

    [Fact]
    public void TryChoose_SameMethodTwice_IsAvoidedOrRefused()
    {
        var offer = new Offer(ProtocolId.Ike, Parse("aes-256-gcm-16 prf-hmac-sha2-256 curve25519 ecp-256 ke1-curve25519 ke2-curve25519 ke2-ecp-384"));

        Assert.True(ProposalMatcher.TryChoose([offer], Sa(ProtocolId.Ike, Octets.Empty, "aes-256-gcm-16 prf-hmac-sha2-256 curve25519 ecp-256 ke1-curve25519 ke2-curve25519 ke2-ecp-384"), Init, out var agreement, out _));
        Assert.Equal(19, agreement.KeyExchange);
        Assert.Equal([31, 20], agreement.AdditionalKeyExchanges.Select(method => (int)method));
        Assert.False(ProposalMatcher.TryChoose([offer], Sa(ProtocolId.Ike, Octets.Empty, "aes-256-gcm-16 prf-hmac-sha2-256 curve25519 ke1-curve25519 ke2-ecp-384"), Init, out _, out _));
    }

    [Fact]
    public void TryAccept_TheChoiceOfAResponder_IsAccepted()
    {
        var sent = new SaPayload([.. IkeSeeds.IkeOffer.ToProposals(1, Octets.Empty, false)]);
        Assert.True(ProposalMatcher.TryChoose([IkeSeeds.IkeOffer], sent, Init, out var theirs, out _));

        Assert.True(ProposalMatcher.TryAccept(sent, new SaPayload([theirs.ToAnswer(Octets.Empty)]), Init, out var ours, out _));

        Assert.Equal(theirs.Proposal.Transforms, ours.Proposal.Transforms);
        Assert.True(ours.Encryption!.Id == 20 && ours.Integrity is null && ours.Prf!.Id == 5);
        Assert.Equal([36], ours.AdditionalKeyExchanges.Select(method => (int)method));
    }

    [Theory]
    [InlineData(1, "aes-128-gcm-16 curve25519 esn")]
    [InlineData(1, "aes-128-gcm-16 none esn")]
    [InlineData(1, "aes-128-gcm-16 esn")]
    [InlineData(2, "aes-128-cbc hmac-sha2-256-128 esn")]
    [InlineData(3, "aes-128-gcm-16 esn", false)]
    [InlineData(2, "aes-128-gcm-16 esn", false)]
    [InlineData(1, "aes-256-gcm-16 esn", false)]
    [InlineData(1, "aes-128-gcm-16 ecp-256 esn", false)]
    [InlineData(1, "aes-128-gcm-16 esn esn-no", false)]
    [InlineData(1, "aes-128-gcm-16", false)]
    [InlineData(2, "aes-128-cbc esn", false)]
    [InlineData(1, "aes-128-gcm-16 hmac-sha2-256-128 esn", false)]
    public void TryAccept_Answer_IsHeldAgainstWhatWasSent(byte number, string answer, bool isAccepted = true)
    {
        var sent = new SaPayload([.. IkeSeeds.EspOffer.ToProposals(1, Spi, false)]);

        Assert.Equal(isAccepted, ProposalMatcher.TryAccept(sent, new SaPayload([Proposal(number, ProtocolId.Esp, Spi, answer)]), Child, out _, out var failure));
        Assert.Equal(isAccepted ? IkeFault.None : IkeFault.ProposalNotOffered, failure.Fault);
    }

    [Theory]
    [InlineData("00000000")]
    [InlineData("000000ff")]
    [InlineData("")]
    [InlineData("c0")]
    [InlineData("c0ffee0102030405")]
    public void TryChoose_SpiThatIsNoChilds_IsPassedOver(string spi) =>
        Assert.False(ProposalMatcher.TryChoose([IkeSeeds.EspOffer], Sa(ProtocolId.Esp, Octets.FromHex(spi), "aes-128-gcm-16 esn"), Child, out _, out _));

    [Fact]
    public void TryMap_WhatWasAgreed_IsTheSuiteOfTheDataPlane()
    {
        Assert.True(ProposalMatcher.TryChoose([IkeSeeds.EspOffer], Sa(ProtocolId.Esp, Spi, "aes-128-cbc hmac-sha2-256-128 esn"), Child, out var esp, out _));
        Assert.True(ProposalMatcher.TryChoose([IkeSeeds.AhOffer], Sa(ProtocolId.Ah, Spi, "hmac-sha2-256-128 esn-no"), Child, out var ah, out _));

        Assert.True(ChildSuites.TryMap(esp, out IpsecDp.Crypto.CipherSuite suite));
        Assert.Equal("aes-128-cbc+hmac-sha2-256-128", suite.Name);
        Assert.True(ChildSuites.TryMap(ah, out IpsecDp.Crypto.IntegrityAlgorithm integrity));
        Assert.Equal(IpsecDp.Crypto.IntegrityAlgorithm.HmacSha256_128, integrity);
        Assert.False(ChildSuites.TryMap(esp, out integrity));
        Assert.False(ChildSuites.TryMap(ah, out suite));
    }

    [Theory]
    [InlineData(ProtocolId.Esp, "aes-128-cbc esn")]
    [InlineData(ProtocolId.Esp, "aes-128-gcm-16")]
    [InlineData(ProtocolId.Ah, "esn-no")]
    [InlineData(ProtocolId.Ike, "aes-128-gcm-16 prf-hmac-sha2-256")]
    [InlineData(ProtocolId.Ike, "null hmac-sha2-256-128 prf-hmac-sha2-256 curve25519")]
    [InlineData(ProtocolId.None, "aes-128-gcm-16 esn")]
    public void Offer_ThatLeavesAGap_IsRefused(ProtocolId protocol, string transforms) => Assert.Throws<ArgumentException>(() => new Offer(protocol, Parse(transforms)));

    private static string Names(Agreement agreement) => string.Join(' ', agreement.Proposal.Transforms.Select(AlgorithmNames.Of));

    internal static SaPayload Sa(ProtocolId protocol, Octets spi, string transforms) => new([Proposal(1, protocol, spi, transforms)]);

    private static Proposal Proposal(byte number, ProtocolId protocol, Octets spi, string transforms) => new(number, protocol, spi, Parse(transforms));

    // "none!" is the integrity algorithm, "none" the key exchange.
    private static ValueList<Transform> Parse(string names) => [.. names.Split(' ').Select(Parse1)];

    private static Transform Parse1(string name) => name switch
    {
        "none!" => new(TransformType.Integrity, 0),
        ['k', 'e', >= '1' and <= '7', '-', ..] => Transforms.KeyExchange(name[2] - '0', name[4..]),
        ['p', 'r', 'f', '-', ..] => Transforms.Prf(name[4..]),
        _ => new[] { TransformType.Encryption, TransformType.KeyExchange, TransformType.SequenceNumbers, TransformType.Integrity }
            .Select(type => AlgorithmNames.TryParse(type, name, out var transform) ? transform : null).First(transform => transform is not null)!,
    };
}
