using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Payloads;

namespace Control.Tests.Ike.Messages.Payloads;

/// <summary>Each refusal beside the body that lacks its flaw.</summary>
public sealed class PayloadRefusalTests
{
    // One proposal of ESP with one transform, AES-GCM-16 of 128 bits.
    private const string Sound = "0000001801030401" + "c0ffee01" + "0000000c" + "01000014" + "800e0080";

    [Theory]
    [InlineData(Sound, IkeFault.None)]
    [InlineData("", IkeFault.NoProposal)]
    [InlineData("00000007010304", IkeFault.ProposalLength)]
    [InlineData("0000001901030401c0ffee010000000c01000014800e0080", IkeFault.ProposalLength)]
    [InlineData("0000000c01030500c0ffee01", IkeFault.ProposalLength)]
    [InlineData("0100001801030401c0ffee010000000c01000014800e0080", IkeFault.ProposalChain)]
    [InlineData("0200001801030401c0ffee010000000c01000014800e0080", IkeFault.ProposalLength)]
    [InlineData(Sound + Sound, IkeFault.ProposalChain)]
    [InlineData("0000001800030401c0ffee010000000c01000014800e0080", IkeFault.ProposalNumber)]
    [InlineData("0000000c01030400c0ffee01", IkeFault.NoTransform)]
    [InlineData("0000001801030402c0ffee010000000c01000014800e0080", IkeFault.ProposalChain)]
    [InlineData("0000001801030402c0ffee010300000c01000014800e0080", IkeFault.TransformCount)]
    [InlineData("0000001801030401c0ffee010300000c01000014800e0080", IkeFault.ProposalChain)]
    [InlineData("0000001801030401c0ffee010000000801000014800e0080", IkeFault.TransformCount)]
    [InlineData("0000001801030401c0ffee010000000701000014800e0080", IkeFault.TransformLength)]
    [InlineData("0000001801030401c0ffee010000000d01000014800e0080", IkeFault.TransformLength)]
    [InlineData("0000001801030401c0ffee010000000c01000014000e0001", IkeFault.AttributeLength)]
    public void Sa_Body_IsReadOrRefusedByName(string hex, IkeFault expected) => Assert.Equal(expected, Reading.FaultOf(PayloadType.SecurityAssociation, hex));

    [Theory]
    [InlineData("0200001801030401c0ffee010000000c01000014800e00800000001802030401c0ffee010000000c01000014800e0080", IkeFault.None)]
    [InlineData("0200001801030401c0ffee010000000c01000014800e00800000001801030401c0ffee010000000c01000014800e0080", IkeFault.ProposalNumber)]
    [InlineData("0200001802030401c0ffee010000000c01000014800e00800000001803030401c0ffee010000000c01000014800e0080", IkeFault.ProposalNumber)]
    public void Sa_SeveralProposals_AreNumberedFromOne(string hex, IkeFault expected) => Assert.Equal(expected, Reading.FaultOf(PayloadType.SecurityAssociation, hex));

    [Theory]
    [InlineData(PayloadType.KeyExchange, "001f0000aa", IkeFault.None)]
    [InlineData(PayloadType.KeyExchange, "001f0000", IkeFault.KeyExchangeLength)]
    [InlineData(PayloadType.KeyExchange, "001f00", IkeFault.BodyTooShort)]
    [InlineData(PayloadType.InitiatorId, "01000000c0000201", IkeFault.None)]
    [InlineData(PayloadType.InitiatorId, "01000000c00002", IkeFault.IdentificationLength)]
    [InlineData(PayloadType.InitiatorId, "01000000c000020100", IkeFault.IdentificationLength)]
    [InlineData(PayloadType.ResponderId, "05000000c0000201", IkeFault.IdentificationLength)]
    [InlineData(PayloadType.ResponderId, "0500000020010db8000000000000000000000001", IkeFault.None)]
    [InlineData(PayloadType.ResponderId, "020000", IkeFault.BodyTooShort)]
    [InlineData(PayloadType.ResponderId, "02000000", IkeFault.IdentificationLength)]
    [InlineData(PayloadType.ResponderId, "0200000061002e62", IkeFault.IdentificationText)]
    [InlineData(PayloadType.ResponderId, "0200000061c328", IkeFault.IdentificationText)]
    [InlineData(PayloadType.ResponderId, "02000000c3a42e6465", IkeFault.None)]
    [InlineData(PayloadType.ResponderId, "0d000000", IkeFault.None)]
    [InlineData(PayloadType.ResponderId, "0d00000000", IkeFault.IdentificationLength)]
    [InlineData(PayloadType.ResponderId, "0b000000", IkeFault.IdentificationLength)]
    [InlineData(PayloadType.ResponderId, "090000003000", IkeFault.None)]
    [InlineData(PayloadType.ResponderId, "09000000300b31093007060355040a0c00", IkeFault.None)]
    [InlineData(PayloadType.ResponderId, "09000000300c31093007060355040a0c00", IkeFault.IdentificationName)]
    [InlineData(PayloadType.ResponderId, "09000000300b30093007060355040a0c00", IkeFault.IdentificationName)]
    [InlineData(PayloadType.ResponderId, "09000000308031093007060355040a0c000000", IkeFault.IdentificationName)]
    [InlineData(PayloadType.ResponderId, "0900000030003000", IkeFault.IdentificationName)]
    [InlineData(PayloadType.ResponderId, "c8000000ff", IkeFault.None)]
    [InlineData(PayloadType.Certificate, "0430", IkeFault.None)]
    [InlineData(PayloadType.Certificate, "04", IkeFault.CertificateLength)]
    [InlineData(PayloadType.Certificate, "", IkeFault.CertificateLength)]
    [InlineData(PayloadType.CertificateRequest, "", IkeFault.BodyTooShort)]
    [InlineData(PayloadType.CertificateRequest, "04", IkeFault.None)]
    [InlineData(PayloadType.CertificateRequest, "040102", IkeFault.AuthorityLength)]
    [InlineData(PayloadType.Authentication, "02000000aa", IkeFault.None)]
    [InlineData(PayloadType.Authentication, "02000000", IkeFault.AuthenticationLength)]
    [InlineData(PayloadType.Authentication, "0e000000aa", IkeFault.DigitalSignature)]
    [InlineData(PayloadType.Nonce, "00112233445566778899aabbccddeeff", IkeFault.None)]
    [InlineData(PayloadType.Nonce, "00112233445566778899aabbccddee", IkeFault.NonceLength)]
    [InlineData(PayloadType.Delete, "01000000", IkeFault.None)]
    [InlineData(PayloadType.Delete, "01000001", IkeFault.DeleteCount)]
    [InlineData(PayloadType.Delete, "03040001c0ffee01", IkeFault.None)]
    [InlineData(PayloadType.Delete, "03040000", IkeFault.DeleteCount)]
    [InlineData(PayloadType.Delete, "03040002c0ffee01", IkeFault.DeleteCount)]
    [InlineData(PayloadType.Delete, "03080001c0ffee01c0ffee01", IkeFault.DeleteProtocol)]
    [InlineData(PayloadType.Delete, "00000000", IkeFault.DeleteProtocol)]
    [InlineData(PayloadType.Delete, "040400", IkeFault.BodyTooShort)]
    [InlineData(PayloadType.Configuration, "01000000", IkeFault.None)]
    [InlineData(PayloadType.Configuration, "00000000", IkeFault.ConfigurationType)]
    [InlineData(PayloadType.Configuration, "0500000000010000", IkeFault.ConfigurationType)]
    [InlineData(PayloadType.Configuration, "0100000080010000", IkeFault.None)]
    [InlineData(PayloadType.Configuration, "02000000000100030a0000", IkeFault.ConfigurationValue)]
    [InlineData(PayloadType.Configuration, "02000000000100050a0000", IkeFault.AttributeLength)]
    [InlineData(PayloadType.Eap, "0101000501", IkeFault.EapRefused)]
    public void Body_OfEachType_IsReadOrRefusedByName(PayloadType type, string hex, IkeFault expected) => Assert.Equal(expected, Reading.FaultOf(type, hex));

    [Theory]
    [InlineData("01000000" + "070000100000ffff00000000ffffffff", IkeFault.None)]
    [InlineData("01000000" + "070000100000ffff0000000200000001", IkeFault.SelectorRange)]
    [InlineData("01000000" + "0706001000020001" + "0000000100000001", IkeFault.SelectorRange)]
    [InlineData("01000000" + "07060010ffff0000" + "0000000100000001", IkeFault.None)]
    [InlineData("01000000" + "080000100000ffff00000000ffffffff", IkeFault.SelectorLength)]
    [InlineData("01000000" + "070000110000ffff00000000ffffffff", IkeFault.SelectorLength)]
    [InlineData("01000000" + "070000030000ffff00000000ffffffff", IkeFault.SelectorLength)]
    [InlineData("01000000" + "0a000008000000ff", IkeFault.None)]
    [InlineData("00000000", IkeFault.NoSelector)]
    [InlineData("02000000" + "070000100000ffff00000000ffffffff", IkeFault.SelectorCount)]
    [InlineData("01000000" + "070000100000ffff00000000ffffffff00", IkeFault.SelectorCount)]
    [InlineData("ff000000", IkeFault.TooManySelectors)]
    [InlineData("010000", IkeFault.BodyTooShort)]
    public void Selectors_Body_AreReadOrRefusedByName(string hex, IkeFault expected)
    {
        Assert.Equal(expected, Reading.FaultOf(PayloadType.InitiatorSelectors, hex));
        Assert.Equal(expected, Reading.FaultOf(PayloadType.ResponderSelectors, hex));
    }

    [Theory]
    [InlineData(PayloadType.KeyExchange, 4, PayloadLimits.KeyExchange, IkeFault.KeyExchangeLength)]
    [InlineData(PayloadType.Certificate, 1, PayloadLimits.Certificate, IkeFault.CertificateLength)]
    [InlineData(PayloadType.Authentication, 4, PayloadLimits.Authentication, IkeFault.AuthenticationLength)]
    [InlineData(PayloadType.Nonce, 0, PayloadLimits.LongestNonce, IkeFault.NonceLength)]
    [InlineData(PayloadType.VendorId, 0, PayloadLimits.VendorId, IkeFault.VendorIdLength)]
    [InlineData(PayloadType.InitiatorId, 4, PayloadLimits.Identification, IkeFault.IdentificationLength)]
    [InlineData(PayloadType.Notify, 4, PayloadLimits.NotifyData, IkeFault.NotifyData)]
    public void Body_AtItsLimit_IsReadAndOneOctetMoreIsNot(PayloadType type, int header, int limit, IkeFault expected)
    {
        var body = new byte[header + limit + 1];
        if (type == PayloadType.InitiatorId)
        {
            body[0] = (byte)IdType.KeyId;
        }

        Assert.Equal(IkeFault.None, Reading.FaultOf(type, body[..^1]));
        Assert.Equal(expected, Reading.FaultOf(type, body));
    }

    [Fact]
    public void Sa_MoreProposalsOrTransformsThanAreRead_IsRefused()
    {
        byte[] Proposals(int count) => [.. Enumerable.Range(1, count).SelectMany(i => (byte[])[(byte)(i == count ? 0 : 2), 0, 0, 16, (byte)i, 3, 0, 1, 0, 0, 0, 8, 5, 0, 0, 0])];
        byte[] Transforms(int proposals) => [.. Enumerable.Range(1, proposals).SelectMany(i => (byte[])
            [(byte)(i == proposals ? 0 : 2), 0, 0x07, 0x98, (byte)i, 3, 0, 242, .. Enumerable.Range(1, 242).SelectMany(j => (byte[])[(byte)(j == 242 ? 0 : 3), 0, 0, 8, 5, 0, 0, 0])])];

        Assert.Equal(IkeFault.None, Reading.FaultOf(PayloadType.SecurityAssociation, Proposals(PayloadLimits.Proposals)));
        Assert.Equal(IkeFault.TooManyProposals, Reading.FaultOf(PayloadType.SecurityAssociation, Proposals(PayloadLimits.Proposals + 1)));
        Assert.Equal(IkeFault.None, Reading.FaultOf(PayloadType.SecurityAssociation, Transforms(PayloadLimits.Transforms / 242)));
        Assert.Equal(IkeFault.TooManyTransforms, Reading.FaultOf(PayloadType.SecurityAssociation, Transforms((PayloadLimits.Transforms / 242) + 1)));
    }
}
