using Control.Tests.Policy;
using IpsecDp.Adapters;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Numbers;
using IpsecDp.Policy.Compile;

namespace Control.Tests.Daemon;

public sealed class PolicyInForceTests : IDisposable
{
    private const string NewKey = "00112233445566778899aabbccddeeff00112233";

    private readonly StringWriter _text = new();
    private readonly DaemonLog _log;
    private readonly RecordedControl _control = new();
    private readonly PolicyInForce _policy;
    private readonly List<PolicyModel> _models = [];

    public PolicyInForceTests()
    {
        _log = new DaemonLog(_text);
        _policy = new PolicyInForce(_control, _control, numbers: null, sortsArrivals: false, _log);
    }

    public void Dispose()
    {
        _models.ForEach(model => model.Dispose());
        _log.Dispose();
        _text.Dispose();
    }

    [Fact]
    public void Install_FirstPolicy_TakesPacketsBeforeTheyMeetARule()
    {
        _policy.Install(Compile(PolicyTexts.Transport));
        Assert.Equal(["take 1", "inbound EeTunnel 1002", "outbound EeTunnel 1001", "publish", "take 1"], _control.Calls);
    }

    [Fact]
    public void Replace_WiderPolicy_TakesTheNewlyProtectedBeforeItIsPublishedAndLeavesTheSasAlone()
    {
        Start();
        Assert.Empty(_control.Selectors);
        _policy.Replace(Compile(Wider()));
        Assert.Equal(["take 2", "publish", "take 2"], _control.Calls);
        // The SA stays, and what a rule sends through it is no stranger to it.
        Assert.Equal(2, _control.Selectors[0x1002].Count);
    }

    [Fact]
    public void Replace_NarrowerPolicy_ReleasesOnlyAfterNoRuleProtects()
    {
        _policy.Install(Compile(Wider()));
        _control.Calls.Clear();
        _policy.Replace(Compile(PolicyTexts.Transport));
        Assert.Equal(["take 2", "publish", "take 1"], _control.Calls);
    }

    [Fact]
    public void Replace_NewKeysUnderNewSpis_KeepsTheOldInboundSaUntilTheNewOneSeals()
    {
        Start();
        _policy.Replace(Compile(Rekeyed(PolicyTexts.Transport)));
        Assert.Equal(["take 1", "inbound EeTunnel 2002", "outbound EeTunnel 2001", "publish", "remove inbound 1002", "take 1"], _control.Calls);
    }

    [Fact]
    public void Replace_NewKeyUnderTheSameSpi_MakesRoomFirst()
    {
        Start();
        _policy.Replace(Compile(PolicyTexts.Change($"EspInboundEncryptKey Hex {PolicyTexts.InboundKey}", $"EspInboundEncryptKey Hex {NewKey}")));
        Assert.Equal(["take 1", "remove inbound 1002", "inbound EeTunnel 1002", "publish", "take 1"], _control.Calls);
    }

    [Fact]
    public void Replace_TunnelGone_RemovesItsSasAfterNoRuleNeedsThem()
    {
        Start();
        _policy.Replace(Compile(PolicyTexts.Change("   IpFilterRuleRef EeProtected\n", "")));
        Assert.Equal(["take 1", "publish", "remove inbound 1002", "remove outbound EeTunnel", "take 0"], _control.Calls);
    }

    [Fact]
    public void Replace_OtherOptionUnderTheSameKey_GoesOnBehindTheNumbersInUse()
    {
        using var first = PolicyTexts.Compile(PolicyTexts.Transport);
        Start();
        _control.Use(first.Tunnels[0].Outbound[0], 5000);
        _policy.Replace(Compile(PolicyTexts.Change("HowToEncap Transport", "HowToEncap Transport\n   PathMtu 1400")));
        Assert.True(_control.Outbound["EeTunnel"][0].InitialSequence >= 5000 + NumberLedger.Stride);
    }

    [Fact]
    public void Replace_KeyInUseUnderAnotherSpi_IsRefusedAndChangesNothing()
    {
        Start();
        using var policy = PolicyTexts.Compile(PolicyTexts.Change("EspOutboundSpi 0x1001", "EspOutboundSpi 0x3001"));
        Assert.Contains("give it a new one", Assert.Throws<DaemonException>(() => _policy.Replace(policy)).Message, StringComparison.Ordinal);
        Assert.Empty(_control.Calls);
    }

    [Fact]
    public void Replace_PolicyThatDoesNotFitTheSockets_IsRefusedAndChangesNothing()
    {
        Start();
        _control.Misfit = new DaemonException("no");
        using var policy = PolicyTexts.Compile(Wider());
        Assert.Throws<DaemonException>(() => _policy.Replace(policy));
        Assert.Empty(_control.Calls);
    }

    [Fact]
    public void Replace_CaptureThatRefuses_ChangesNothingInThePlane()
    {
        Start();
        _control.Refusal = new AdapterException("no");
        using var policy = PolicyTexts.Compile(Wider());
        Assert.Throws<AdapterException>(() => _policy.Replace(policy));
        Assert.Empty(_control.Calls);
        _control.Refusal = null;
        _policy.Replace(Compile(Wider()));
        Assert.Equal(["take 2", "publish", "take 2"], _control.Calls);
    }

    [Fact]
    public void Replace_UnchangedSas_ZeroesTheSecondCopyOfTheirKeysOnly()
    {
        var first = Compile(PolicyTexts.Transport);
        _policy.Install(first);
        var second = Compile(PolicyTexts.Transport);
        _policy.Replace(second);
        Assert.Throws<ObjectDisposedException>(() => second.Tunnels[0].Outbound[0].Keys.Encryption.Reveal().Length);
        Assert.Equal(20, first.Tunnels[0].Outbound[0].Keys.Encryption.Reveal().Length);
    }

    [Fact]
    public void Replace_AnyPolicy_SaysWhatStayedAndWhatChanged()
    {
        Start();
        _policy.Replace(Compile(Rekeyed(PolicyTexts.Transport)));
        _log.Dispose();
        Assert.Contains("IDP0011I 2 rules are in force; of 1 tunnels 0 go on as they are, 1 have other SAs, 0 are gone", _text.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Policy_NarrowWindowWhereArrivalsAreSortedOrNot_IsToldAtTheStartAndWhenItIsReadAgain(bool sorts)
    {
        var policy = new PolicyInForce(_control, _control, numbers: null, sorts, _log);
        policy.Install(Compile(PolicyTexts.Transport));
        policy.Replace(Compile(Windowed("65536")));
        policy.Replace(Compile(Windowed("2048")));
        _log.Dispose();
        var told = _text.ToString().Split('\n').Where(line => line.Contains("ReplayWindow", StringComparison.Ordinal)).ToArray();
        Assert.Equal(sorts ? 2 : 0, told.Length);
        Assert.All(told, line => Assert.Contains("IDP0105W test.policy:21:22: rule EeProtected: ", line, StringComparison.Ordinal));
        Assert.Equal(sorts, _text.ToString().Contains("EeTunnel is 1024,", StringComparison.Ordinal));
        Assert.Equal(sorts, _text.ToString().Contains("EeTunnel is 2048,", StringComparison.Ordinal));
    }

    [Fact]
    public void Install_MoreWarningsThanAreShown_SaysHowManyMore()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Transport);
        var policy = new PolicyInForce(_control, _control, numbers: null, sortsArrivals: true, _log);
        policy.Install(model with { SortingWarnings = model.SortingWarnings with { More = 7 } });
        _log.Dispose();
        Assert.Contains("IDP0105W and 7 more", _text.ToString(), StringComparison.Ordinal);
    }

    private void Start()
    {
        _policy.Install(Compile(PolicyTexts.Transport));
        _control.Calls.Clear();
    }

    private static string Windowed(string window) => PolicyTexts.Change("HowToEncap Transport", $"HowToEncap Transport\n   ReplayWindow {window}");

    private PolicyModel Compile(string text)
    {
        var model = PolicyTexts.Compile(text);
        _models.Add(model);
        return model;
    }

    private static string Wider() => PolicyTexts.Change("   IpFilterRuleRef EeProtected\n", "   IpFilterRuleRef EeProtected\n   IpFilterRuleRef Tcp\n")
        + "IpFilterRule Tcp\n{\nIpSourceAddr 192.0.2.10\nIpDestAddr 198.51.100.20\nIpService\n{\nProtocol tcp\n}\nIpGenericFilterActionRef MustProtect\nIpManVpnActionRef EeTunnel\n}\n";

    private static string Rekeyed(string text) => text
        .Replace("0x1001", "0x2001", StringComparison.Ordinal)
        .Replace("4098", "0x2002", StringComparison.Ordinal)
        .Replace(PolicyTexts.OutboundKey, NewKey, StringComparison.Ordinal)
        .Replace(PolicyTexts.InboundKey, new string([.. NewKey.Reverse()]), StringComparison.Ordinal);
}
