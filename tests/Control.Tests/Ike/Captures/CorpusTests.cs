using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.TestKit.Vectors;

namespace Control.Tests.Ike.Captures;

/// <summary>Messages and payloads other projects test their own parsers with.</summary>
public sealed class CorpusTests
{
    [Fact]
    public void Message_OfTheOpenIkedFuzzer_IsReadOrRefusedAndNothingIsThrown()
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var (count, read) = (0, 0);
        using var zipped = new GZipStream(File.OpenRead(VectorFolder.Published("openiked-fuzzing/corpus-ikev2-parser.dev.tar.gz")), CompressionMode.Decompress);
        using var tar = new TarReader(zipped);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not { } stream)
            {
                continue;
            }

            var octets = new byte[stream.Length];
            stream.ReadExactly(octets);
            count++;
            if (IkeMessage.TryRead(octets, out var message, out var failure))
            {
                read++;
                Assert.Equal(message, Reading.Message(message.ToArray()));
            }
            else
            {
                Assert.Matches(@"\.$", failure.Sentence);
            }
        }

        Assert.True(count > 10_000, $"{count} messages, {read} of them read");
    }

    [Fact]
    public void Message_OfOtherProjects_IsRead()
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var rusticata = Reading.Message(File.ReadAllBytes(VectorFolder.Published("rusticata/ike-sa-init-req.bin")));
        var scanned = Reading.Message(File.ReadAllBytes(VectorFolder.Published("ike-scan/pkt-ikev2.dat")));
        var notified = Reading.Message(File.ReadAllBytes(VectorFolder.Published("ike-scan/pkt-v2-notify-response.dat")));
        var android = Reading.Message([.. Android("IkeMessageTest", "IKE_SA_INIT_HEADER_RAW_PACKET"), .. Android("IkeMessageTest", "IKE_SA_INIT_BODY_RAW_PACKET")]);

        Assert.All(new[] { rusticata, scanned, android }, message => Assert.True(MandatoryPayloads.TryCheck(message, out var failure), failure.ToString()));
        Assert.NotNull(notified.FindError());
        Assert.Equal(ExchangeType.IkeSaInit, android.Header.Exchange);
    }

    [Theory]
    [InlineData("IkeSaPayloadTest", "INBOUND_PROPOSAL_RAW_PACKET", PayloadType.SecurityAssociation, 0)]
    [InlineData("IkeSaPayloadTest", "INBOUND_TWO_PROPOSAL_RAW_PACKET", PayloadType.SecurityAssociation, 0)]
    [InlineData("IkeIdPayloadTest", "IPV4_ADDR_ID_PAYLOAD_RESPONDER_BODY_HEX_STRING", PayloadType.ResponderId, 0)]
    [InlineData("IkeIdPayloadTest", "IPV6_ADDR_ID_PAYLOAD_RESPONDER_BODY_HEX_STRING", PayloadType.ResponderId, 0)]
    [InlineData("IkeTsPayloadTest", "TS_INITIATOR_PAYLOAD_HEX_STRING", PayloadType.InitiatorSelectors, 4)]
    [InlineData("IkeNotifyPayloadTest", "NOTIFY_PAYLOAD_BODY_RAW_PACKET", PayloadType.Notify, 0)]
    [InlineData("IkeDeletePayloadTest", "DELETE_IKE_PAYLOAD_HEX_STRING", PayloadType.Delete, 4)]
    [InlineData("IkeDeletePayloadTest", "DELETE_CHILD_PAYLOAD_HEX_STRING", PayloadType.Delete, 4)]
    [InlineData("IkeAuthDigitalSignPayloadTest", "AUTH_PAYLOAD_BODY_GENERIC_DIGITAL_SIGN_HEX_STRING", PayloadType.Authentication, 0)]
    [InlineData("IkeAuthPayloadTest", "PSK_AUTH_PAYLOAD_HEX_STRING", PayloadType.Authentication, 0)]
    public void Payload_OfAndroid_IsReadAndWrittenOctetForOctet(string file, string label, PayloadType type, int header)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var body = Android(file, label)[header..];
        var payload = Reading.Body<IkePayload>(type, Convert.ToHexString(body));
        var again = new byte[payload.BodyLength];
        payload.WriteBody(again);

        Assert.Equal(Convert.ToHexString(body), Convert.ToHexString(again));
    }

    private static byte[] Android(string file, string label)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(VectorFolder.Published($"android-ike/{file}.json")));
        return Convert.FromHexString(document.RootElement.GetProperty("values").EnumerateArray().First(value => value.GetProperty("label").GetString() == label).GetProperty("hex").GetString()!);
    }
}
