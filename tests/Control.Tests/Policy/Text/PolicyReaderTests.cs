using System.Text;
using IpsecDp.Policy.Compile;
using IpsecDp.Policy.Validation;

namespace Control.Tests.Policy.Text;

public sealed class PolicyReaderTests
{
    [Fact]
    public void Read_KeywordsInAnyCase_Compiles()
    {
        var text = PolicyTexts.Transport.Replace("IpFilterRuleRef", "ipfilterRULEref", StringComparison.Ordinal).Replace("HowToEncap Transport", "HOWTOENCAP transport", StringComparison.Ordinal);
        using var model = PolicyTexts.Compile(text);
        Assert.Equal(2, model.Spd.Rules.Count);
    }

    [Fact]
    public void Read_NameInOtherCase_IsDanglingWithHint() =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change("IpServiceRef UdpIke", "IpServiceRef ▶udpike"), ConfigRule.DanglingReference, "case-sensitive, and UdpIke is defined");

    [Theory]
    [InlineData("\r\n", "")]
    [InlineData("\n", "\uFEFF")]
    [InlineData("  # comment with { and }\n", "")]
    public void Read_OtherLineEndsMarksAndComments_Compiles(string lineEnd, string prefix)
    {
        using var model = PolicyTexts.Compile(prefix + PolicyTexts.Transport.Replace("\n", lineEnd, StringComparison.Ordinal));
        Assert.Equal(2, model.Spd.Rules.Count);
    }

    [Fact]
    public void Read_TextBehindValue_WarnsAndIgnores() =>
        PolicyTexts.WarnsAtMark(PolicyTexts.Change("HowToEncap Transport", "HowToEncap Transport ▶really"), ConfigRule.Ignored, "behind the value");

    [Fact]
    public void Read_TextBehindName_WarnsAndIgnores() =>
        PolicyTexts.WarnsAtMark(PolicyTexts.Change("IpService UdpEe", "IpService UdpEe ▶extra"), ConfigRule.Ignored, "behind the name");

    [Theory]
    [InlineData("IpService UdpEe\n{", "IpService UdpEe ▶{", "line of its own")]
    [InlineData("IpService UdpEe\n{", "IpService UdpEe\n{ ▶Protocol tcp", "line of its own")]
    [InlineData("# Enterprise", "▶{\n}\n# Enterprise", "no statement stands before it")]
    [InlineData("# Enterprise", "▶}\n# Enterprise", "never opened")]
    [InlineData("# Enterprise", "▶=Equal\n# Enterprise", "begins with a keyword")]
    public void Read_BraceOutOfPlace_PointsAtIt(string old, string replacement, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), ConfigRule.Syntax, wording);

    [Fact]
    public void Read_BlockLeftOpen_PointsAtItsStatement()
    {
        var errors = PolicyTexts.Refuse(PolicyTexts.Transport.TrimEnd().TrimEnd('}'));
        Assert.Contains(errors.Shown, e => e is { Rule: ConfigRule.Syntax, Position: { Line: 46, Column: 1 } } && e.Text.Contains("'IpManVpnAction' is not closed", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_NestingBomb_EndsWithOneErrorPerFault()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 100_000; i++)
        {
            text.Append("IpFilterRule\n{\n");
        }

        var errors = PolicyTexts.Refuse(text.ToString());
        Assert.Contains(errors.Shown, e => e.Rule == ConfigRule.Syntax && e.Text.Contains("deeper than 8", StringComparison.Ordinal));
        Assert.True(errors.Shown.Count <= Findings.Shown);
    }

    [Fact]
    public void Read_Nul_PointsAtIt() =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change("# Enterprise", "# Enter▶\0prise"), ConfigRule.Encoding, "U+0000");

    [Fact]
    public void Read_InvalidUtf8_PointsAtIt()
    {
        byte[] text = [.. "# caf"u8, 0xE9, .. "\n"u8, .. Encoding.UTF8.GetBytes(PolicyTexts.Transport)];
        Assert.False(PolicyCompiler.TryCompile(text, PolicyTexts.File, out _, out var errors));
        var error = Assert.Single(errors.Shown);
        Assert.Equal((ConfigRule.Encoding, 1, 6), (error.Rule, error.Position.Line, error.Position.Column));
    }

    [Fact]
    public void Read_LongLine_IsRefused() =>
        PolicyTexts.RefusesAtMark("▶#" + new string('x', 3000) + "\n" + PolicyTexts.Transport, ConfigRule.TooLarge, "3001 octets");

    [Fact]
    public void Read_TooManyOctets_IsRefusedAtOnce()
    {
        var error = Assert.Single(PolicyTexts.Refuse(new string('\n', 17 * 1024 * 1024)).Shown, e => e.Rule == ConfigRule.TooLarge);
        Assert.Equal(0, error.Position.Line);
    }

    [Fact]
    public void Read_TooManyLines_IsRefused() =>
        Assert.Contains(PolicyTexts.Refuse(new string('\n', 1_000_001)).Shown, e => e.Rule == ConfigRule.TooLarge && e.Position.Line == 1_000_001);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_TenMegabytesOfGarbage_EndsWithCappedErrors(int seed)
    {
        var garbage = new byte[10 * 1024 * 1024];
        new Random(seed).NextBytes(garbage);
        Assert.False(PolicyCompiler.TryCompile(garbage, PolicyTexts.File, out _, out var errors));
        Assert.Equal(Findings.Shown, errors.Shown.Count);
        Assert.True(errors.More > 0);
        Assert.EndsWith($"and {errors.More} more", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\n", false)]
    [InlineData("a b c d e\n", true)]
    [InlineData("Protocol\n", true)]
    [InlineData("{\n", false)]
    [InlineData("}\n", false)]
    public void Read_MillionLines_EndsWithCappedErrors(string line, bool isInBlock)
    {
        var text = new StringBuilder(isInBlock ? "IpService x\n{\n" : "");
        text.Insert(text.Length, line, 990_000);
        var errors = PolicyTexts.Refuse(text.ToString());
        Assert.True(errors.Shown.Count <= Findings.Shown);
        Assert.Contains(errors.Shown, e => e.Rule is ConfigRule.Syntax or ConfigRule.UnknownKeyword or ConfigRule.Duplicate);
    }

    [Fact]
    public void TryCompileFile_AbsentFile_IsAnError()
    {
        Assert.False(PolicyCompiler.TryCompileFile(Path.Combine(AppContext.BaseDirectory, "no-such.policy"), out _, out var errors));
        Assert.Equal(ConfigRule.Unreadable, Assert.Single(errors.Shown).Rule);
    }

    [Fact]
    public void TryCompileFile_RealFile_Compiles()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, PolicyTexts.Transport);
        try
        {
            Assert.True(PolicyCompiler.TryCompileFile(path, out var model, out var errors), errors.ToString());
            Assert.Equal("EeTunnel", Assert.Single(model.Tunnels).Name);
            model.Dispose();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
