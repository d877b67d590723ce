using System.Globalization;
using System.Text.RegularExpressions;
using IpsecDp.Adapters;
using IpsecDp.Daemon;
using IpsecDp.Ike;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Models;
using IpsecDp.Policy.Compile;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace EndToEnd.Tests.Ike;

/// <summary>The product's data plane with IKE in a namespace, in the test's own process, so that a test can give IKE commands; it goes with the test.</summary>
internal sealed partial class LivePlane : IDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);

    private readonly NetworkNamespace _space;
    private readonly LineLog _lines = new();
    private readonly DaemonLog _log;
    private readonly PolicyModel _policy;
    private readonly Composition _composition;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _watch;

    /// <summary>Starts it by a policy file with the addresses and routes of its inside.</summary>
    public LivePlane(NetworkNamespace space, string policyFile, string inside, string peerInside, CipherEncapsulation encapsulation = CipherEncapsulation.Udp)
    {
        _space = space;
        Assert.True(PolicyCompiler.TryCompileFile(policyFile, out var policy, out var errors), $"{errors}");
        _policy = policy!;
        _log = new DaemonLog(_lines);
        var options = new DaemonOptions { Encapsulation = encapsulation, Addresses = [Prefix(inside)], Routes = [Prefix(peerInside)], Placement = PlacementChoice.Free };
        (_composition, _watch) = space.Run(() =>
        {
            var composition = Composition.Start(options, _policy, _log);
            var watch = new Thread(() => Watch(composition)) { IsBackground = true };
            watch.Start();
            return (composition, watch);
        });
    }

    /// <summary>All it said so far.</summary>
    public string Log => string.Join(Environment.NewLine, _lines.Lines);

    /// <summary>Lines with those words.</summary>
    public int Count(string words) => _lines.Lines.Count(line => line.Contains(words, StringComparison.Ordinal));

    /// <summary>Waits until it has said that many lines with those words.</summary>
    public void Await(string words, int lines = 1) =>
        Assert.True(SpinWait.SpinUntil(() => Count(words) >= lines, TestThread.Patience), $"it did not say \"{words}\" {lines} times, but: {Log}");

    /// <summary>Waits until exactly that many pairs of SAs stand that were sealed with.</summary>
    public void AwaitChildren(int count) =>
        Assert.True(SpinWait.SpinUntil(() => Standing() == count, TestThread.Patience), $"not {count} pairs of SAs: {Log}");

    /// <summary>Gives IKE a command.</summary>
    public void Order(IkeCommand command) => Assert.True(_composition.TrySubmit(command));

    /// <summary>Goes on by a changed model, for what a policy cannot say or says in minutes.</summary>
    public void Reload(Func<IkeModel, IkeModel> change) => Order(new IkeCommand.Reload(change(_policy.Ike with
    {
        Connections = [.. _policy.Ike.Connections.Select(connection => connection with { Children = [.. connection.Children.Select(child => child with { ForcesEncapsulation = true })] })],
    })));

    /// <summary>Replaces the tunnel's latest pair of SAs.</summary>
    public void RekeyChild() => Order(new IkeCommand.RekeyChild(InboundSpi));

    /// <summary>Replaces the latest IKE SA.</summary>
    public void RekeyIke() => Order(new IkeCommand.RekeyIke(LatestIkeSa));

    /// <summary>The inbound SPI of the pair of SAs that was agreed last.</summary>
    public uint InboundSpi => uint.Parse(Last(InboundText()).Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>The IKE SA that came last.</summary>
    public IkeSpis LatestIkeSa
    {
        get
        {
            var found = Last(SpisText());
            return new(Hex(found.Groups[1]), Hex(found.Groups[2]));
        }
    }

    /// <summary>Ends it in order.</summary>
    public DaemonReport Stop()
    {
        _stop.Set();
        _watch.Join();
        return _space.Run(_composition.Stop);
    }

    public void Dispose()
    {
        _stop.Set();
        _watch.Join();
        _space.Run(_composition.Dispose);
        _log.Dispose();
        _policy.Dispose();
        _stop.Dispose();
    }

    // What both ends made at once is gone without having been sealed with.
    private int Standing()
    {
        var lines = _lines.Lines;
        return Spis(lines, InboundText()).Except(Spis(lines, GoneText())).Count();
    }

    private static IEnumerable<string> Spis(IReadOnlyList<string> lines, Regex pattern) => lines.Select(line => pattern.Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);

    private void Watch(Composition composition)
    {
        while (!_stop.Wait(WatchInterval))
        {
            composition.Watch();
        }
    }

    private Match Last(Regex pattern) => _lines.Lines.Select(line => pattern.Match(line)).Last(match => match.Success);

    private static ulong Hex(Group group) => ulong.Parse(group.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static InterfaceAddress Prefix(string text) => InterfaceAddress.TryParse(text, out var prefix) ? prefix! : throw new ArgumentException(text);

    [GeneratedRegex("^IDP0017I .*SPI in 0x([0-9a-f]{8})")]
    private static partial Regex InboundText();

    [GeneratedRegex("^IDP0018I .*SAs in 0x([0-9a-f]{8})")]
    private static partial Regex GoneText();

    [GeneratedRegex("^IDP001[45]I .*?: IKE SA ([0-9a-f]{16})_([0-9a-f]{16})")]
    private static partial Regex SpisText();
}
