using IpsecDp.Policy.Compile;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace Control.Tests.Policy;

/// <summary>A valid policy, and ways to spoil one line of it; the mark ▶ in a text stands before the word an error must point at.</summary>
internal static class PolicyTexts
{
    public const string OutboundKey = "4c80cdefbb5d10da906ac73c3613a634a2f1c0d5";
    public const string InboundKey = "feffe9928665731c6d6a8f9467308308cafebabe";
    public const string File = "test.policy";

    public const string Transport = """
        # Enterprise Extender between two hosts
        IpFilterPolicy
        {
           FilterLogging on
           IpFilterRuleRef KeyTraffic
           IpFilterRuleRef EeProtected
        }
        IpFilterRule KeyTraffic
        {
           IpSourceAddr 192.0.2.10
           IpDestAddr All4
           IpServiceRef UdpIke
           IpGenericFilterActionRef PermitQuiet
        }
        IpFilterRule EeProtected
        {
           IpSourceAddr 192.0.2.10
           IpDestAddr 198.51.100.20
           IpServiceRef UdpEe
           IpGenericFilterActionRef MustProtect
           IpManVpnActionRef EeTunnel
        }
        IpService UdpIke
        {
           Protocol UDP
           SourcePortRange 500
           DestinationPortRange 500
           Direction BiDirectional
           Routing Local
        }
        IpService UdpEe
        {
           Protocol udp
           SourcePortRange 12000 12004
           DestinationPortRange 12000:12004
        }
        IpGenericFilterAction PermitQuiet
        {
           IpFilterAction Permit
        }
        IpGenericFilterAction MustProtect
        {
           IpFilterAction IpSec
           IpFilterLogging Yes
        }
        IpManVpnAction EeTunnel
        {
           LocalSecurityEndpointAddr 192.0.2.10
           RemoteSecurityEndpointAddr 198.51.100.20
           HowToEncap Transport
           HowToEncrypt AES_GCM_16 KeyLength 128
           EspOutboundSpi 0x1001
           EspInboundSpi 4098
           EspOutboundEncryptKey Hex 4c80cdefbb5d10da906ac73c3613a634a2f1c0d5
           EspInboundEncryptKey Hex feffe9928665731c6d6a8f9467308308cafebabe
        }

        """;

    /// <summary>The transport policy with one piece, which must be there exactly once, replaced.</summary>
    public static string Change(string old, string replacement) => Change(Transport, old, replacement);

    public static string Change(string text, string old, string replacement)
    {
        Assert.Equal(2, text.Split(old).Length);
        return text.Replace(old, replacement, StringComparison.Ordinal);
    }

    public static PolicyModel Compile(string text)
    {
        Assert.True(PolicyCompiler.TryCompile(text, File, out var model, out var errors), errors.ToString());
        Assert.True(errors.IsEmpty);
        return model;
    }

    public static ConfigReport Refuse(string text)
    {
        Assert.False(PolicyCompiler.TryCompile(text, File, out var model, out var errors), "the policy was accepted");
        Assert.Null(model);
        Assert.False(errors.IsEmpty);
        return errors;
    }

    /// <summary>The one error of a text with a mark.</summary>
    public static void RefusesAtMark(string marked, ConfigRule rule, string wording)
    {
        var (text, position) = Unmark(marked);
        var error = Assert.Single(Refuse(text).Shown);
        Assert.Equal((rule, position), (error.Rule, error.Position));
        Assert.Contains(wording, error.Text, StringComparison.Ordinal);
    }

    /// <summary>A warning of a text with a mark that compiles otherwise.</summary>
    public static void WarnsAtMark(string marked, ConfigRule rule, string wording)
    {
        var (text, position) = Unmark(marked);
        using var model = Compile(text);
        Assert.Contains(model.Warnings.Shown, w => w.Rule == rule && w.Position == position && w.Text.Contains(wording, StringComparison.Ordinal));
        using var plain = Compile(Transport);
        Assert.DoesNotContain(plain.Warnings.Shown, w => w.Text.Contains(wording, StringComparison.Ordinal));
    }

    /// <summary>A folder of the checkout the tests were built in.</summary>
    public static string Checkout(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "IpsecDp.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run outside of the checkout");
        }

        return Path.Combine([folder.FullName, .. path]);
    }

    private static (string Text, SourcePosition Position) Unmark(string marked)
    {
        var at = marked.IndexOf('▶', StringComparison.Ordinal);
        Assert.True(at >= 0, "the text has no mark");
        var line = marked[..at].Count(c => c == '\n') + 1;
        var column = at - marked.LastIndexOf('\n', at);
        return (marked.Remove(at, 1), new SourcePosition(File, line, column));
    }
}
