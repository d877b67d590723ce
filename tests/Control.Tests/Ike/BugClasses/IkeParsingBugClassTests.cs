using System.Text.Json;
using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Print;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;
using IpsecDp.TestKit.Vectors;

namespace Control.Tests.Ike.BugClasses;

/// <summary>Faults other implementations had while they read messages; the numbers are those of the lessons.</summary>
public sealed class IkeParsingBugClassTests
{
    private static readonly Octets Spi = Octets.Of(0xC0, 0xFF, 0xEE, 1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void BugClass01_PayloadLengthBelowItsHeader_EndsTheWalk(byte length) =>
        Assert.Equal(IkeFault.PayloadTooShort, Reading.FailureOf(Reading.Datagram(PayloadType.VendorId, 43, 0, 0, length, 43, 0, 0, length)).Fault);

    [Fact]
    public void BugClass01_ChainThatNeverEnds_EndsAtTheOctets() =>
        Assert.Equal(IkeFault.PayloadTruncated, Reading.FailureOf(Reading.Datagram(PayloadType.VendorId, 43, 0, 0, 4, 43, 0, 0, 4)).Fault);

    [Theory]
    [InlineData(PayloadType.SecurityAssociation)]
    [InlineData(PayloadType.KeyExchange)]
    [InlineData(PayloadType.InitiatorId)]
    [InlineData(PayloadType.InitiatorSelectors)]
    public void BugClass02_PayloadPastTheEnd_IsRefused(PayloadType type) =>
        Assert.Equal(new IkeFailure(IkeFault.PayloadPastEnd, type, 0xDEAD), Reading.FailureOf(Reading.Datagram(type, 0, 0, 0xDE, 0xAD, 0, 0, 0, 0)));

    [Fact]
    public void BugClass03_DatagramShorterThanTheHeaderOrOfAnotherLength_IsRefused()
    {
        var sound = Reading.Datagram(PayloadType.None);
        for (var length = 0; length < IkeHeader.WireLength; length++)
        {
            Assert.Equal(IkeFault.DatagramTooShort, Reading.FailureOf(sound.AsSpan(0, length)).Fault);
        }

        Assert.Equal(IkeFault.LengthMismatch, Reading.FailureOf([.. sound, 0]).Fault);
        Assert.Equal(IkeFault.None, Reading.FailureOf(sound).Fault);
    }

    [Theory]
    [InlineData(0, IkeFault.None)]
    [InlineData(1, IkeFault.TooManyPayloads)]
    public void BugClass04_UnknownPayloadsAroundAFragment_AreBounded(int more, IkeFault expected)
    {
        var front = Enumerable.Range(1, PayloadLimits.Payloads - 1 + more).ToList();
        byte[] chain = [.. front.SelectMany(i => (byte[])[(byte)(i == front.Count ? 53 : 60), 0, 0, 4]), 0, 0, 0, 12, 0, 1, 0, 2, 1, 2, 3, 4];
        var datagram = Reading.Datagram((PayloadType)60, chain);
        datagram[18] = (byte)ExchangeType.IkeAuth;

        Assert.True(IkeHeader.TryRead(datagram, out var header, out _));
        IpsecDp.Ike.Messages.Protection.EncryptedFrame.TryFind(header, datagram, out _, out var failure);
        Assert.Equal(expected, failure.Fault);
    }

    [Fact]
    public void BugClass05_MandatoryPayloadMissing_IsNamed()
    {
        var message = Reading.Message(Reading.Datagram(PayloadType.Nonce, [0, 0, 0, 20, .. new byte[16]]));

        Assert.False(MandatoryPayloads.TryCheck(message, out var failure));
        Assert.Equal((IkeFault.MissingPayload, (int)PayloadType.SecurityAssociation), (failure.Fault, failure.Detail));
    }

    [Theory]
    [InlineData(TransformType.Encryption)]
    [InlineData(TransformType.Prf)]
    [InlineData(TransformType.KeyExchange)]
    public void BugClass06_ProposalWithoutATypeOrWithAnOddSpi_IsNeverChosen(TransformType type)
    {
        var sound = IkeSeeds.IkeOffer.ToProposals(1, Octets.Empty, false).First();
        var without = sound with { Transforms = [.. sound.Transforms.Where(transform => transform.Type != type)] };

        Assert.True(Chooses(sound));
        Assert.False(Chooses(without));
        Assert.All(new[] { 1, 4, 7, 8, 255 }, length => Assert.False(Chooses(sound with { Spi = IkeSeeds.Fill(length) })));
    }

    [Fact]
    public void BugClass07_EveryNumberOfEveryType_IsChosenOnlyIfOffered()
    {
        var sound = IkeSeeds.IkeOffer.ToProposals(1, Octets.Empty, false).First();
        for (var id = 0; id <= ushort.MaxValue; id += id < 1100 ? 1 : 97)
        {
            var encryption = new Transform(TransformType.Encryption, (ushort)id, 256);
            var proposal = sound with { Transforms = [encryption, .. sound.Transforms.Where(transform => transform.Type != TransformType.Encryption)] };
            Assert.Equal(IkeSeeds.IkeOffer.Transforms.Contains(encryption) && TransformRules.IsCombined(encryption.Id), Chooses(proposal));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(65535)]
    public void BugClass08_KeyLengthThatIsNone_IsNeverChosen(int bits) =>
        Assert.False(ChoosesEsp(new Transform(TransformType.Encryption, 20, bits)));

    [Fact]
    public void BugClass08_KeyLengthMissingTwiceOrInTheWrongForm_IsNeverChosen()
    {
        var right = TransformAttribute.KeyLength(128);

        Assert.True(ChoosesEsp(new Transform(TransformType.Encryption, 20, [right])));
        Assert.False(ChoosesEsp(new Transform(TransformType.Encryption, 20)));
        Assert.False(ChoosesEsp(new Transform(TransformType.Encryption, 20, [right, right])));
        Assert.False(ChoosesEsp(new Transform(TransformType.Encryption, 20, [new(TransformAttribute.KeyLengthType, false, 0, Octets.Of(0, 128))])));
        Assert.False(ChoosesEsp(new Transform(TransformType.Encryption, 20, [right, new(17, true, 1, Octets.Empty)])));
        Assert.False(ChoosesEsp(new Transform(TransformType.Encryption, 21, 128)));
    }

    [Theory]
    [InlineData(1025)]
    [InlineData(65535)]
    public void BugClass09_MethodOfAnInternalNumber_IsNeverChosen(ushort method)
    {
        var sound = IkeSeeds.IkeOffer.ToProposals(1, Octets.Empty, false).First();

        Assert.False(Chooses(sound with { Transforms = [.. sound.Transforms.Where(transform => transform.Type != TransformType.KeyExchange), new(TransformType.KeyExchange, method)] }));
    }

    [Fact]
    public void BugClass09_PayloadOfTheOtherVersion_IsUnknown()
    {
        for (var type = 1; type <= 32; type++)
        {
            Assert.IsType<UnknownPayload>(Assert.Single(Reading.Message(Reading.Datagram((PayloadType)type, 0, 0, 0, 4)).Payloads));
            Assert.Equal(IkeFault.UnknownCriticalPayload, Reading.FailureOf(Reading.Datagram((PayloadType)type, 0, 0x80, 0, 4)).Fault);
        }
    }

    [Theory]
    [InlineData("01000000", IkeFault.IdentificationLength)]
    [InlineData("05000000" + "20010db800000000000000000000", IkeFault.IdentificationLength)]
    [InlineData("09000000" + "3001", IkeFault.IdentificationName)]
    [InlineData("09000000" + "ffffffffffff", IkeFault.IdentificationName)]
    [InlineData("02000000" + "676f6f642e6578616d706c65002e65766c", IkeFault.IdentificationText)]
    public void BugClass10_IdentityShortOddOrWithANul_IsRefused(string body, IkeFault expected) => Assert.Equal(expected, Reading.FaultOf(PayloadType.InitiatorId, body));

    [Fact]
    public void BugClass11_SelectorsThatContradictTheirCount_AreRefused()
    {
        const string One = "070000100000ffff00000000ffffffff";
        for (var count = 0; count < 256; count++)
        {
            Assert.Equal(count == 1, Reading.FaultOf(PayloadType.InitiatorSelectors, $"{count:x2}000000{One}") == IkeFault.None);
        }
    }

    [Fact]
    public void BugClass12_DeleteAndRekeyOfOddProtocols_AreRefused()
    {
        for (var protocol = 0; protocol < 256; protocol++)
        {
            var isChild = protocol is 2 or 3;
            Assert.Equal(isChild, Reading.FaultOf(PayloadType.Delete, $"{protocol:x2}040001c0ffee01") == IkeFault.None);
            Assert.Equal(isChild, Reading.FaultOf(PayloadType.Notify, $"{protocol:x2}044009c0ffee01") == IkeFault.None);
        }

        Assert.Equal(IkeFault.TooManySpis, Reading.FaultOf(PayloadType.Delete, "0304ffffc0ffee01"));
        Assert.Equal(2, Reading.Message(Reading.Datagram(PayloadType.Delete, 42, 0, 0, 8, 1, 0, 0, 0, 0, 0, 0, 8, 1, 0, 0, 0)).Payloads.Count);
    }

    [Fact]
    public void BugClass13And14_PacketsThatBrokeOthers_AreReadOrRefusedAndTold()
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        using var document = JsonDocument.Parse(File.ReadAllBytes(VectorFolder.Published("libreswan/cve_packets.json")));
        var packets = document.RootElement.GetProperty("packets").EnumerateArray().Select(packet => Convert.FromHexString(packet.GetProperty("hex").GetString()!)).ToList();

        Assert.NotEmpty(packets);
        foreach (var packet in packets)
        {
            if (IkeHeader.TryRead(packet, out var header, out var failure))
            {
                Assert.NotEqual("", IkePrinter.Summary(header) + IkePrinter.Spis(header));
            }

            Assert.False(IkeMessage.TryRead(packet, out _, out failure));
            Assert.Contains(failure.Fault.ToString(), IkePrinter.Describe(failure));
        }
    }

    [Theory]
    [InlineData("02000000" + "613b20726d202d7266", "a; rm -rf")]
    [InlineData("02000000" + "2428696429256e", "$(id)%n")]
    public void BugClass17_TextOfAPeer_ReachesALogOnlyQuoted(string body, string shown) =>
        Assert.Contains($"\"{shown}\"", IkePrinter.Describe(Reading.Body<IdentificationPayload>(PayloadType.InitiatorId, body), isResponse: false));

    [Fact]
    public void BugClass17_VendorTextWithControls_IsEscaped() =>
        Assert.Equal("V: \"a\\x0d\\x0a\\x1b[2J\"", IkePrinter.Describe(Reading.Body<VendorIdPayload>(PayloadType.VendorId, "610d0a1b5b324a"), isResponse: false));

    private static bool Chooses(Proposal proposal) => ProposalMatcher.TryChoose([IkeSeeds.IkeOffer], new SaPayload([proposal]), new(SpiLength: 0), out _, out _);

    private static bool ChoosesEsp(Transform encryption) =>
        ProposalMatcher.TryChoose([IkeSeeds.EspOffer], new SaPayload([new(1, ProtocolId.Esp, Spi, [encryption, Transforms.PlainNumbers])]), new(SpiLength: 4), out _, out _);
}
