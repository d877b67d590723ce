using System.Text;
using IpsecDp.Policy.Binding;
using IpsecDp.Policy.Compile;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace Control.Tests.Policy.Compile;

public sealed class SecrecyTests
{
    [Fact]
    public void Key_InEveryPrintedForm_IsAbsent()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Transport);
        RequireAbsent(model.ToString());
        RequireAbsent(PolicySummary.Write(model));
        foreach (var sa in model.Tunnels[0].Outbound.Concat(model.Tunnels[0].Inbound))
        {
            RequireAbsent(sa.ToString());
            RequireAbsent(sa.Keys.ToString());
        }
    }

    [Fact]
    public void Key_InPrintedConfig_IsAbsentAndZeroedAfterwards()
    {
        var findings = new Findings();
        var config = new PolicyConfig(default);
        var text = PolicyText.Decode(Encoding.UTF8.GetBytes(PolicyTexts.Transport), PolicyTexts.File, findings);
        var statements = PolicyReader.Read(text, findings);
        PolicyBinder.Bind(statements, config, findings);
        var key = config.EveryManualTunnel[0].Esp.Outbound.Encryption!;
        RequireAbsent(config.EveryManualTunnel[0].ToString());
        RequireAbsent(string.Join('\n', statements.SelectMany(s => s.Body).SelectMany(b => b.Values).Select(v => v.ToString())));
        Assert.Equal(Convert.FromHexString(PolicyTexts.OutboundKey), key.Octets.Reveal().ToArray());
        Assert.Equal("IpFilterPolicy", statements[0].Keyword.Text());

        config.Dispose();
        text.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Octets.Reveal().Length);
        Assert.Equal(new string('\0', "IpFilterPolicy".Length), statements[0].Keyword.Text());
    }

    [Theory]
    [InlineData("Hex 4c80", "4c80")]
    [InlineData("4c80", "Hexx 4c80")]
    [InlineData("EspOutboundEncryptKey Hex", "EspOutboundEncryptKy Hex")]
    [InlineData("EspOutboundEncryptKey Hex ", "EspOutboundEncryptKey Hex\n")]
    [InlineData("EspOutboundEncryptKey Hex ", "EspOutboundEncryptKey Hex a")]
    [InlineData("EspOutboundEncryptKey Hex ", "ReplayWindow ")]
    [InlineData("EspOutboundEncryptKey Hex ", "HowToAuth ESP ")]
    [InlineData("EspOutboundEncryptKey Hex ", "EspOutboundSpi ")]
    [InlineData("EspOutboundEncryptKey Hex ", "LifetimeBytes ")]
    [InlineData("EspOutboundEncryptKey Hex ", "PathMtu ")]
    [InlineData("EspOutboundEncryptKey Hex ", "UdpEncapsulation Yes ")]
    [InlineData("EspOutboundEncryptKey Hex 4c80cdefbb5d10da906ac73c3613a634a2f1c0d5", "EspOutboundEncryptKey Hex 4c80cdefbb5d10da906ac73c3613a634a2f1c0d5\n   EspOutboundEncryptKey Hex 4c80cdefbb5d10da906ac73c3613a634a2f1c0d5")]
    [InlineData("AES_GCM_16 KeyLength 128", "AES_CBC")]
    [InlineData("# Enterprise", "\0 # Enterprise")]
    public void Key_WhereverAFaultIs_IsNotInTheErrors(string old, string replacement) =>
        RequireAbsent(PolicyTexts.Refuse(PolicyTexts.Change(old, replacement)).ToString());

    private static void RequireAbsent(string text)
    {
        foreach (var key in new[] { PolicyTexts.OutboundKey, PolicyTexts.InboundKey })
        {
            Assert.DoesNotContain(key[..12], text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(key[^12..], text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
