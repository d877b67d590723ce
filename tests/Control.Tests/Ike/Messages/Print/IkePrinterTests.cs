using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Print;
using IpsecDp.Ike.Messages.Values;

namespace Control.Tests.Ike.Messages.Print;

public sealed class IkePrinterTests
{
    [Fact]
    public void Summary_OfARequest_IsInTheNotationOfTheRfc() =>
        Assert.Equal(
            "IKE_SA_INIT request 0 { N(COOKIE), SA, KE, Ni, N(USE_PPK), N(INTERMEDIATE_EXCHANGE_SUPPORTED) }",
            IkePrinter.Summary(IkeSeeds.Messages().Single(seed => seed.Name == "init-request-cookie").Message));

    [Fact]
    public void Describe_OfARekey_NamesSpiAlgorithmsAndTraffic()
    {
        var text = IkePrinter.Describe(IkeSeeds.Messages().Single(seed => seed.Name == "rekey-child").Message);

        Assert.Contains("N: REKEY_SA ESP SPI c0ffee01", text);
        Assert.Contains("SA: 1 ESP SPI c0ffee01 aes-128-gcm-16/curve25519/none/esn/esn-no; 2 ESP SPI c0ffee01 aes-128-cbc/hmac-sha2-256-128/", text);
        Assert.Contains("TSi: 10.1.0.0/16 proto any port any, 2001:db8:1::/48 proto 6 port 443", text);
    }

    [Fact]
    public void Describe_OfEveryMessage_ShowsNoSecretNorItsLikes()
    {
        foreach (var (_, message) in IkeSeeds.Messages())
        {
            var text = IkePrinter.Describe(message);
            foreach (var hidden in message.Payloads.SelectMany(Hidden).Where(octets => octets.Length >= 8))
            {
                Assert.DoesNotContain(Convert.ToHexString(hidden.Span), text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(Convert.ToHexString(hidden.Span[..8]), text, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Theory]
    [InlineData("a\r\nb", "\"a\\x0d\\x0ab\"")]
    [InlineData("\u001b[31m", "\"\\x1b[31m\"")]
    [InlineData("\"; rm -rf $(x) %n \\", "\"\\x22; rm -rf $(x) %n \\x5c\"")]
    [InlineData("ä", "\"\\xc3\\xa4\"")]
    public void Quote_HostileText_IsEscaped(string text, string expected) => Assert.Equal(expected, LogText.Quote(System.Text.Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Quote_LongText_Ends() => Assert.Equal($"\"{new string('a', LogText.Shown)}\" and 1 octets more", LogText.Quote(System.Text.Encoding.ASCII.GetBytes(new string('a', LogText.Shown + 1))));

    private static IEnumerable<Octets> Hidden(IkePayload payload) => payload switch
    {
        KeyExchangePayload exchange => [exchange.Value],
        NoncePayload nonce => [nonce.Nonce],
        AuthenticationPayload authentication => [authentication.Proof, authentication.Signature?.Signature ?? Octets.Empty],
        NotifyPayload { Notify: IpsecDp.Ike.Messages.Notifies.NotifyType.Cookie or IpsecDp.Ike.Messages.Notifies.NotifyType.QuickCrashDetection or IpsecDp.Ike.Messages.Notifies.NotifyType.NoPpkAuth } notify => [notify.Data],
        _ => [],
    };
}
