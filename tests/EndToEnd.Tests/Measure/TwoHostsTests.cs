using System.Globalization;
using EndToEnd.Tests.Namespaces;
using IpsecDp.Crypto;
using IpsecDp.Daemon.Capture;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Host.Measure;
using IpsecDp.Host.Measure.Namespaces;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Ip;

namespace EndToEnd.Tests.Measure;

/// <summary>A trial over real packets against what the kernel says of it: a capture on the link between the hosts, and the processes' CPU time.</summary>
[Collection("labs in namespaces")]
public sealed class TwoHostsTests
{
    private const double Rate = 3000;

    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(0.5);

    [Theory]
    [InlineData("tun", "bulk", "tunnel", true, 4, 1)]
    [InlineData("tun", "ee", "tunnel", false, 6, 3)]
    [InlineData("nfqueue", "mixed", "transport", false, 4, 1)]
    [InlineData("nfqueue", "bulk", "tunnel", true, 6, 2)]
    public void Offer_RealPackets_IsWhatTheKernelSaysOfIt(string capture, string load, string mode, bool isInUdp, int family, int tunnels)
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        var options = new MeasureOptions
        {
            Load = load,
            Capture = capture == "tun" ? CaptureKind.Tun : CaptureKind.Nfqueue,
            Mode = mode == "tunnel" ? SaMode.Tunnel : SaMode.Transport,
            IsInUdp = isInUdp,
            Family = family == 4 ? IpVersion.V4 : IpVersion.V6,
            Tunnels = tunnels,
        };
        TwoHosts.Prepare(options);
        using var hosts = new TwoHosts(options, 1, tunnels, OfferedCycle.At(options, 0), TestContext.Current.CancellationToken);
        using var wire = new WireWatch(hosts.Sites.A, hosts.Sites.B, CipherSuite.Default, isInUdp, recorder: null);
        var planes = LabTraces.PlanesOf(Environment.ProcessId);
        Assert.Equal(2, planes.Count);
        var around = Burnt(planes);
        hosts.Cut();
        var (told, within) = (hosts.PlaneSeconds, Burnt(planes));

        var trial = hosts.Offer(Rate, Trial, TestContext.Current.CancellationToken);

        within = Burnt(planes) - within;
        hosts.Cut();
        (told, around) = (hosts.PlaneSeconds - told, Burnt(planes) - around);
        var seen = wire.Stop();
        Assert.True(trial.Offered > 0 && trial.Delivered > 0);
        Assert.True(trial.Unaccounted == 0, string.Create(CultureInfo.InvariantCulture, $"offered {trial.Offered}, delivered {trial.Delivered}, lost {string.Join(", ", trial.LostAt)}"));
        Assert.Equal(trial.Offered, trial.Classes.Sum(static c => c.Offered));
        Assert.Equal(0, trial.Reordered);
        // Nothing but ESP passed, and as many packets of it as A's plane says it sealed.
        Assert.True(seen.Strangers == 0, string.Join('\n', seen.StrangerLines));
        Assert.Equal(0, seen.Missed);
        Assert.Equal(hosts.Sealed, seen.EspPackets);
        Assert.InRange(trial.Delivered + hosts.Markers, 1, hosts.Opened);
        Assert.InRange(hosts.Opened, 1, hosts.Sealed);
        // What the planes told of their CPU time lies between what the kernel had charged them with inside and outside of it, to the clock tick.
        Assert.InRange(told, within - Ticks, around + Ticks);
        Assert.True(trial.Cpu.Busy + trial.Cpu.Waiting + trial.Cpu.NotAttributed <= told + Ticks);
        Assert.True(trial.Cpu.Workload > 0);
        Assert.Equal(10, trial.Parts.Count);
        Assert.True(trial.OnEngines.Packets + trial.Spilled.Packets > 0);
    }

    [Fact]
    public void Offer_MoreThanAnybodyCarries_NamesWhereItIsLost()
    {
        Assert.SkipUnless(HostProgram.Hindrance is null, HostProgram.Hindrance ?? "");
        var options = new MeasureOptions { Load = "ee", Capture = CaptureKind.Tun, IsInUdp = true };
        TwoHosts.Prepare(options);
        using var hosts = new TwoHosts(options, 1, 1, OfferedCycle.At(options, 0), TestContext.Current.CancellationToken);

        var trial = hosts.Offer(50e6, TimeSpan.FromSeconds(0.2), TestContext.Current.CancellationToken);

        Assert.True(trial.LossRatio > 0);
        Assert.True(trial.LostAt["at the full ring of the load"] > 0);
        Assert.True(trial.Unaccounted == 0, string.Join(", ", trial.LostAt));
    }

    // proc_pid_stat(5) counts in ticks of a hundredth: user and system time of two processes, at two readings.
    private const double Ticks = 2 * 2 * 2 * 0.01;

    private static double Burnt(IReadOnlyList<int> processes) => processes.Sum(static process =>
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100;
    });
}
