using System.Collections.Concurrent;
using System.Net;
using Control.Tests.Policy;
using IpsecDp.Daemon.Ike;
using IpsecDp.Ike;
using IpsecDp.Policy.Compile;

namespace Control.Tests.Daemon.Ike;

public sealed class IkeDriverTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly (MemoryChannel A, MemoryChannel B) _link = MemoryChannel.Pair(new(IPAddress.Parse("192.0.2.1"), 500), new(IPAddress.Parse("192.0.2.2"), 500));
    private readonly List<PolicyModel> _policies = [];
    private readonly ConcurrentQueue<IkeEvent> _eventsOfA = [];
    private readonly ConcurrentQueue<IkeEvent> _eventsOfB = [];
    private readonly IkeDriver _a;
    private readonly IkeDriver _b;

    public IkeDriverTests()
    {
        // One policy read from either side.
        var text = PolicyTexts.Change(KeyExchangeTexts.Change("Identity UserAtFqdn *@example.com", "Identity Fqdn *.example.com"), "AutoActivate Yes", "AutoActivate No");
        _a = Driver(text, _link.A, _eventsOfA);
        _b = Driver(Mirror(text), _link.B, _eventsOfB);
    }

    [Fact]
    public void Command_ToInitiate_GivesBothEndsAChild()
    {
        Start();
        Assert.True(_a.TrySubmit(new IkeCommand.Initiate("Peer", "Sites")));
        Await(() => _eventsOfA.OfType<IkeEvent.OutboundReady>().Any() && _eventsOfB.OfType<IkeEvent.OutboundReady>().Any());
        var (a, b) = (_eventsOfA.OfType<IkeEvent.OutboundReady>().First().Child, _eventsOfB.OfType<IkeEvent.OutboundReady>().First().Child);
        Assert.Equal((a.InboundSpi, a.OutboundSpi), (b.OutboundSpi, b.InboundSpi));
        Assert.Equal(a.OutboundKeys.Encryption.Reveal(), b.InboundKeys.Encryption.Reveal());
        Assert.Equal("aes-128-gcm-16", a.Suite!.Name);
        Assert.Equal((0, 0), (_a.Unsent, _b.Unsent));
    }

    [Fact]
    public void Link_Cut_IsTriedAgainByTheClock()
    {
        Start();
        _link.A.IsCut = true;
        _a.TrySubmit(new IkeCommand.Initiate("Peer", "Sites"));
        Await(() => _eventsOfA.OfType<IkeEvent.Retransmitted>().Any());
        _link.A.IsCut = false;
        Await(() => _eventsOfB.OfType<IkeEvent.OutboundReady>().Any());
    }

    [Fact]
    public void Dispose_WithAnSa_TellsThePeer()
    {
        Start();
        _a.TrySubmit(new IkeCommand.Initiate("Peer", "Sites"));
        Await(() => _eventsOfA.OfType<IkeEvent.OutboundReady>().Any() && _eventsOfB.OfType<IkeEvent.OutboundReady>().Any());
        _a.Dispose();
        Await(() => _eventsOfB.OfType<IkeEvent.IkeSaClosed>().Any());
    }

    [Fact]
    public void Channel_Closed_EndsNothingButItself()
    {
        Start();
        _link.A.Close();
        Assert.True(_a.TrySubmit(new IkeCommand.Initiate("Peer", "Sites")));
        Await(() => _link.A.Sent > 0);
        Assert.Null(_a.Failure);
    }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _policies.ForEach(policy => policy.Dispose());
    }

    private static void Await(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "what was waited for did not come");

    private static string Mirror(string text) => text
        .Replace("192.0.2.1\n", "192.0.2.X\n", StringComparison.Ordinal).Replace("192.0.2.2\n", "192.0.2.1\n", StringComparison.Ordinal).Replace("192.0.2.X\n", "192.0.2.2\n", StringComparison.Ordinal)
        .Replace("10.1.0.0", "10.X.0.0", StringComparison.Ordinal).Replace("10.2.0.0", "10.1.0.0", StringComparison.Ordinal).Replace("10.X.0.0", "10.2.0.0", StringComparison.Ordinal)
        .Replace("fd01::", "fdX::", StringComparison.Ordinal).Replace("fd02::", "fd01::", StringComparison.Ordinal).Replace("fdX::", "fd02::", StringComparison.Ordinal)
        .Replace("a.example.com", "b.example.com", StringComparison.Ordinal);

    private void Start()
    {
        _a.Start();
        _b.Start();
    }

    private IkeDriver Driver(string text, MemoryChannel channel, ConcurrentQueue<IkeEvent> events)
    {
        var policy = PolicyTexts.Compile(text);
        _policies.Add(policy);
        var channels = new IkeChannels();
        channels.Add(channel.Local, channel);
        return new IkeDriver(new IkeEndpoint(policy.Ike), channels, events.Enqueue, TimeProvider.System, new SystemEntropy());
    }
}
