using System.Collections.Concurrent;
using System.Net;
using Control.Tests.Ike.V2.Kit;
using Control.Tests.Policy;
using IpsecDp.Daemon.Ike;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ipsec;
using IpsecDp.Policy.Compile;
using IpsecDp.TestKit.Line;
using IpsecDp.Wire.Ip;

namespace Control.Tests.Daemon.Ike;

public sealed class IkeDriverTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly (MemoryChannel A, MemoryChannel B) _link = MemoryChannel.Pair(new(IPAddress.Parse("192.0.2.1"), 500), new(IPAddress.Parse("192.0.2.2"), 500));
    private readonly List<PolicyModel> _policies = [];
    private readonly ConcurrentQueue<IkeEvent> _eventsOfA = [];
    private readonly ConcurrentQueue<IkeEvent> _eventsOfB = [];
    private readonly BrittleEntropy _dice = new(seed: 5);
    private readonly IkeDriver _a;
    private readonly IkeDriver _b;
    private bool _isDeaf;

    public IkeDriverTests()
    {
        // One policy read from either side; the link has port 500 only, which MOBIKE leaves.
        var text = PolicyTexts.Change(KeyExchangeTexts.Change("Identity UserAtFqdn *@example.com", "Identity Fqdn *.example.com"), "AutoActivate Yes", "AutoActivate No").Replace("HowToAuthMe PresharedKey", "HowToAuthMe PresharedKey\n   Mobike No", StringComparison.Ordinal);
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

    // What came after the socket is closed the host would answer by an error in clear.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_WithAnSa_LeavesNoAnswerUnheard(bool bothAtOnce)
    {
        Start();
        _a.TrySubmit(new IkeCommand.Initiate("Peer", "Sites"));
        Await(() => _eventsOfA.OfType<IkeEvent.OutboundReady>().Any() && _eventsOfB.OfType<IkeEvent.OutboundReady>().Any());
        if (bothAtOnce)
        {
            Parallel.Invoke(_a.Dispose, _b.Dispose);
        }
        else
        {
            _a.Dispose();
            _b.Dispose();
        }

        Assert.False(_link.A.Received.TryPeek(out _));
        Assert.False(_link.B.Received.TryPeek(out _));
    }

    [Fact]
    public void Dispose_WithAPeerThatIsGone_EndsAllTheSame()
    {
        Start();
        _a.TrySubmit(new IkeCommand.Initiate("Peer", "Sites"));
        Await(() => _eventsOfA.OfType<IkeEvent.OutboundReady>().Any() && _eventsOfB.OfType<IkeEvent.OutboundReady>().Any());
        _link.A.IsCut = true;
        _a.Dispose();
        Assert.Contains(_eventsOfA, happened => happened is IkeEvent.IkeSaClosed);
    }

    // What the data plane reports comes out as INVALID_SPI, to a peer of the policy and to nobody else.
    [Fact]
    public void StrayPacket_OfAPeer_IsAnsweredInClear()
    {
        using var installer = new SaInstaller(new PlaneRecord(), _policies[0].DynamicTunnels, isInUdp: false, TimeProvider.System);
        var (events, own) = (new RecordedEvents(), Address("192.0.2.1"));
        var relay = new AcquireRelay(_policies[0].DynamicTunnels, events);
        relay.Connect(_a, installer);
        _a.Start();
        relay.UnknownSpi(new StrayPacket(0x1111, Address("203.0.113.5"), 0, own, 0));
        relay.UnknownSpi(new StrayPacket(0x2222, Address("192.0.2.2"), 0, own, 0));
        Await(() => _link.B.Received.TryPeek(out _));
        Assert.True(_link.B.Received.TryRead(out var told));
        Assert.Equal(new byte[16], told.Message[..16]);
        Assert.Equal([0, 0, 0, 11, 0, 0, 0x22, 0x22], told.Message[^8..]);
        Assert.Equal(["unknown 4369", "unknown 8738"], events.Told);
        Assert.False(_link.B.Received.TryPeek(out _));
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

    // An error of this program in one turn: the loop goes on, and the next command works.
    [Fact]
    public void Turn_ThatFails_IsToldAndTheLoopGoesOn()
    {
        Start();
        _dice.IsBroken = true;
        _a.TrySubmit(new IkeCommand.Initiate("Peer", "Sites"));
        Await(() => _eventsOfA.OfType<IkeEvent.Faulted>().Any());
        _dice.IsBroken = false;
        _a.TrySubmit(new IkeCommand.Initiate("Peer", "Sites"));
        Await(() => _eventsOfB.OfType<IkeEvent.OutboundReady>().Any());
        Assert.Null(_a.Failure);
    }

    [Fact]
    public void Handler_ThatFails_IsToldAndTheLoopGoesOn()
    {
        _isDeaf = true;
        Start();
        _a.TrySubmit(new IkeCommand.Initiate("Peer", "Sites"));
        Await(() => _eventsOfA.OfType<IkeEvent.Faulted>().Any(faulted => faulted.Fault.Message == "deaf"));
        Await(() => _eventsOfB.OfType<IkeEvent.OutboundReady>().Any());
        Assert.Null(_a.Failure);
    }

    // First requests by the thousand wait behind one answer that belongs to an IKE SA, and most of them are not kept.
    [Fact]
    public void FirstRequests_ByTheThousand_WaitBehindWhatIsKnownAndAreBounded()
    {
        var request = new byte[64];
        request[0] = 1;
        request[17] = 0x20;
        request[18] = 34;
        request[19] = 0x08;
        request[27] = 64;
        for (var i = 0; i < 3000; i++)
        {
            _link.A.Inject(request, new IPEndPoint(IPAddress.Parse("198.51.100.9"), 500));
        }

        var known = (byte[])request.Clone();
        known[8] = 1;
        known[18] = 37;
        _link.A.Inject(known, new IPEndPoint(IPAddress.Parse("198.51.100.10"), 500));
        _a.Start();
        Await(() => Refused(IkeFault.UnknownSa).Any());
        Await(() => Refused(IkeFault.TooManyNewcomers).Any());
        Await(() => _eventsOfA.OfType<IkeEvent.Refused>().Count() == 3001);
    }

    private IEnumerable<IkeEvent.Refused> Refused(IkeFault fault) => _eventsOfA.OfType<IkeEvent.Refused>().Where(refused => refused.Failure.Fault == fault);

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _policies.ForEach(policy => policy.Dispose());
    }

    private static void Await(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "what was waited for did not come");

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

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

    private void Take(IkeEvent happened, ConcurrentQueue<IkeEvent> events)
    {
        events.Enqueue(happened);
        if (_isDeaf && happened is IkeEvent.IkeSaEstablished && events == _eventsOfA)
        {
            throw new InvalidOperationException("deaf");
        }
    }

    private IkeDriver Driver(string text, MemoryChannel channel, ConcurrentQueue<IkeEvent> events)
    {
        var policy = PolicyTexts.Compile(text);
        _policies.Add(policy);
        var channels = new IkeChannels();
        channels.Add(channel.Local, channel);
        return new IkeDriver(new IkeEndpoint(policy.Ike), channels, happened => Take(happened, events), TimeProvider.System, channel == _link.A ? _dice : new SystemEntropy());
    }
}
