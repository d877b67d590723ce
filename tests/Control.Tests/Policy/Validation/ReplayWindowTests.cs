using IpsecDp.Policy.Compile;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace Control.Tests.Policy.Validation;

/// <summary>What is said of narrow replay windows to a data plane that sorts what arrives.</summary>
public sealed class ReplayWindowTests
{
    private const string Mode = "HowToEncap Transport";
    private const string Groups = "InitiateWithPfs Group19";

    [Theory]
    [InlineData("", "is 1024,")]
    [InlineData("ReplayWindow 32", "is 32,")]
    [InlineData("ReplayWindow 65535", "is 65535,")]
    public void Manual_NarrowWindow_IsToldAtItsRule(string line, string wording)
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Change(Mode, $"{Mode}\n{line}"));
        var warning = Assert.Single(model.SortingWarnings.Shown);
        Assert.Equal((ConfigRule.Tunnel, new SourcePosition(PolicyTexts.File, LineOf(PolicyTexts.Transport, "IpManVpnActionRef EeTunnel"), 22)), (warning.Rule, warning.Position));
        Assert.StartsWith("rule EeProtected: the ReplayWindow of tunnel EeTunnel " + wording, warning.Text, StringComparison.Ordinal);
        // Whoever does not sort hears nothing of it.
        Assert.DoesNotContain(model.Warnings.Shown, other => other.Text.Contains("ReplayWindow", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ReplayWindow 65536")]
    [InlineData("ReplayWindow Off")]
    [InlineData("Active No")]
    public void Manual_WindowBehindWhichNothingIsLost_IsNotTold(string line) => AssertQuiet(PolicyTexts.Change(Mode, $"{Mode}\n{line}"));

    [Fact]
    public void Dynamic_NarrowWindow_IsToldAtEachOfItsRules()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Change(KeyExchangeTexts.Site, Groups, $"{Groups}\nReplayWindow 4096"));
        Assert.Equal(["rule Inside: the ReplayWindow of tunnel Sites is 4096", "rule Inside6: the ReplayWindow of tunnel Sites is 4096"], model.SortingWarnings.Shown.Select(warning => warning.Text.Split(',')[0]));
        Assert.Equal([11, 19], model.SortingWarnings.Shown.Select(warning => warning.Position.Line));
    }

    [Theory]
    [InlineData("ReplayWindow 65536")]
    [InlineData("ReplayWindow Off")]
    public void Dynamic_WindowBehindWhichNothingIsLost_IsNotTold(string line) => AssertQuiet(PolicyTexts.Change(KeyExchangeTexts.Site, Groups, $"{Groups}\n{line}"));

    [Fact]
    public void Rule_OfManySelectors_IsToldOnce()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Change("IpServiceRef UdpEe", "IpServiceGroupRef Ways") + """
            IpServiceGroup Ways
            {
               IpServiceRef UdpEe
               IpService
               {
                  Protocol TCP
                  Direction Outbound
               }
            }

            """);
        Assert.Equal(2, model.Spd.Rules.Count(rule => rule.Tunnel == "EeTunnel"));
        Assert.Single(model.SortingWarnings.Shown);
    }

    [Fact]
    public void Widest_IsWhatTheWindowAllows() => Assert.Equal(65536, ReplayWindowValidator.WideEnough);

    private static void AssertQuiet(string text)
    {
        using var model = PolicyTexts.Compile(text);
        Assert.True(model.SortingWarnings.IsEmpty, model.SortingWarnings.ToString());
    }

    private static int LineOf(string text, string words) => text[..text.IndexOf(words, StringComparison.Ordinal)].Count(character => character == '\n') + 1;
}
