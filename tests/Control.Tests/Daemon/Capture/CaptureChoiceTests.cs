using Control.Tests.Policy;
using IpsecDp.Adapters;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Capture;

namespace Control.Tests.Daemon.Capture;

public sealed class CaptureChoiceTests
{
    private static readonly InterfaceAddress Prefix = InterfaceAddress.TryParse("10.1.0.1/24", out var prefix) ? prefix! : throw new InvalidOperationException();
    private static readonly string TunnelMode = PolicyTexts.Change("HowToEncap Transport", "HowToEncap Tunnel");

    [Fact]
    public void Suggest_TransportModeWithoutInterface_IsTheHostsOwnPath() => Assert.Equal(CaptureKind.Nfqueue, Suggest(new DaemonOptions(), PolicyTexts.Transport));

    [Fact]
    public void Suggest_AddressOrRoute_IsTheInterface()
    {
        Assert.Equal(CaptureKind.Tun, Suggest(new DaemonOptions { Addresses = [Prefix] }, PolicyTexts.Transport));
        Assert.Equal(CaptureKind.Tun, Suggest(new DaemonOptions { Routes = [Prefix] }, PolicyTexts.Transport));
    }

    [Fact]
    public void Suggest_TunnelMode_IsTheInterface() => Assert.Equal(CaptureKind.Tun, Suggest(new DaemonOptions(), TunnelMode));

    [Theory]
    [InlineData("Tunnel", CaptureKind.Tun)]
    [InlineData("Transport", CaptureKind.Nfqueue)]
    public void Suggest_NegotiatedTunnel_GoesByItsMode(string mode, CaptureKind suggested) =>
        Assert.Equal(suggested, Suggest(new DaemonOptions(), HostToHost(mode)));

    [Fact]
    public void Of_NegotiatedTunnelInTheHostsOwnPath_IsTaken()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "nfqueue is Linux's");
        using var policy = PolicyTexts.Compile(HostToHost("Tunnel"));
        Assert.Equal(CaptureKind.Nfqueue, CaptureChoice.Of(new DaemonOptions { Capture = CaptureKind.Nfqueue }, policy));
    }

    [Fact]
    public void Suggest_Windows_IsWinDivertWhateverThePolicy()
    {
        using var policy = PolicyTexts.Compile(TunnelMode);
        Assert.Equal(CaptureKind.WinDivert, CaptureChoice.Suggest(new DaemonOptions(), policy, isWindows: true));
    }

    [Fact]
    public void Of_SaidAloud_IsTaken()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "tun and nfqueue are Linux's");
        using var policy = PolicyTexts.Compile(TunnelMode);
        Assert.Equal(CaptureKind.Nfqueue, CaptureChoice.Of(new DaemonOptions { Capture = CaptureKind.Nfqueue }, policy));
        Assert.Equal(CaptureKind.Tun, CaptureChoice.Of(new DaemonOptions { Capture = CaptureKind.Tun }, policy));
    }

    [Fact]
    public void Of_Contradictions_AreRefusedWithWhatToDo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "each of them is refused for another reason elsewhere");
        Refuses(new DaemonOptions { Capture = CaptureKind.WinDivert }, "needs Windows");
        Refuses(new DaemonOptions { Capture = CaptureKind.Nfqueue, Addresses = [Prefix] }, "leave them out");
        Refuses(new DaemonOptions { Capture = CaptureKind.Tun, QueueBalance = 2 }, "--queue-balance belongs to");
        Refuses(new DaemonOptions { Capture = CaptureKind.Tun, FailsOpen = true }, "--fail-open belongs to");
    }

    private static string HostToHost(string mode) => KeyExchangeTexts.Site
        .Replace("   IpFilterRuleRef Inside6\n", "", StringComparison.Ordinal)
        .Replace("10.1.0.0/16", "192.0.2.1", StringComparison.Ordinal)
        .Replace("10.2.0.0/16", "192.0.2.2", StringComparison.Ordinal)
        .Replace("HowToEncap Tunnel", $"HowToEncap {mode}", StringComparison.Ordinal);

    private static CaptureKind Suggest(DaemonOptions options, string text)
    {
        using var policy = PolicyTexts.Compile(text);
        return CaptureChoice.Suggest(options, policy, isWindows: false);
    }

    private static void Refuses(DaemonOptions options, string wording)
    {
        using var policy = PolicyTexts.Compile(PolicyTexts.Transport);
        Assert.Contains(wording, Assert.Throws<DaemonException>(() => CaptureChoice.Of(options, policy)).Message, StringComparison.Ordinal);
    }
}
