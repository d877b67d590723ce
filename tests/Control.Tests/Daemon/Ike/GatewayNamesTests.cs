using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Daemon.Ike;
using IpsecDp.Ike;
using IpsecDp.Wire.Ip;

namespace Control.Tests.Daemon.Ike;

public sealed class GatewayNamesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly IkeEvent.NameWanted Wanted = new("peer", 7, "gw.example", IpVersion.V4);

    [Fact]
    public void Find_ANameWithAddresses_BringsThoseOfTheFamily()
    {
        using var brought = new BlockingCollection<IkeCommand>();
        using var names = new GatewayNames((name, family, _) => Task.FromResult(name == "gw.example" && family == AddressFamily.InterNetwork ? [IPAddress.Parse("192.0.2.9"), IPAddress.IPv6Loopback] : Array.Empty<IPAddress>()), brought.Add, TimeProvider.System);
        names.Find(Wanted);

        Assert.True(brought.TryTake(out var command, (int)Patience.TotalMilliseconds, TestContext.Current.CancellationToken));
        var resolved = Assert.IsType<IkeCommand.NameResolved>(command);
        Assert.Equal((7, "192.0.2.9"), (resolved.Ticket, Assert.Single(resolved.Addresses).ToString()));
    }

    [Fact]
    public void Find_ANameNobodyKnows_BringsNone()
    {
        using var brought = new BlockingCollection<IkeCommand>();
        using var names = new GatewayNames((_, _, _) => throw new SocketException((int)SocketError.HostNotFound), brought.Add, TimeProvider.System);
        names.Find(Wanted);

        Assert.True(brought.TryTake(out var command, (int)Patience.TotalMilliseconds, TestContext.Current.CancellationToken));
        Assert.Empty(Assert.IsType<IkeCommand.NameResolved>(command).Addresses);
    }

    // A resolver that never answers, nor heeds that nobody waits any more, keeps nobody waiting.
    [Fact]
    public void Find_WhileTheResolverIsSilent_ReturnsAtOnceAndBringsNothingAfterTheEnd()
    {
        using var brought = new BlockingCollection<IkeCommand>();
        using var asked = new ManualResetEventSlim();
        var silent = new TaskCompletionSource<IPAddress[]>();
        var names = new GatewayNames((_, _, _) => { asked.Set(); return silent.Task; }, brought.Add, TimeProvider.System);
        names.Find(Wanted);
        Assert.True(asked.Wait(Patience, TestContext.Current.CancellationToken));
        names.Dispose();
        silent.SetResult([IPAddress.Loopback]);

        Assert.Empty(brought);
    }

    // The system's own resolver, for a name that needs no server.
    [Fact]
    public void Find_ByTheSystem_KnowsThisHost()
    {
        using var brought = new BlockingCollection<IkeCommand>();
        using var names = new GatewayNames(Dns.GetHostAddressesAsync, brought.Add, TimeProvider.System);
        names.Find(Wanted with { Name = "localhost" });

        Assert.True(brought.TryTake(out var command, (int)Patience.TotalMilliseconds, TestContext.Current.CancellationToken));
        Assert.Contains(Assert.IsType<IkeCommand.NameResolved>(command).Addresses, address => address.ToString() == "127.0.0.1");
    }
}
