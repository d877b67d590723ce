using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

public sealed class RetransmissionTests
{
    [Fact]
    public void Request_NeverAnswered_IsSentAndGivenUpAsZosDoes() => Schedule(RetransmissionModel.Default, [0, 2_000, 6_000, 14_000, 30_000, 62_000, 126_000], 254_000);

    [Fact]
    public void Request_OtherValues_FollowThem() => Schedule(new(TimeSpan.FromMilliseconds(1_250), 3), [0, 1_250, 3_750, 8_750], 18_750);

    [Fact]
    public void Request_NoRetries_IsSentOnce() => Schedule(new(TimeSpan.FromSeconds(5), 0), [0], 5_000);

    // INFORMATIONAL { } →, never answered: the same schedule in an IKE SA that stands, whose end it is.
    [Fact]
    public void Probe_NeverAnswered_EndsTheSession()
    {
        using var ends = Given.Established();
        var start = ends.Now;
        var before = ends.Sent.Count;
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Probe(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromMinutes(5));

        Assert.Equal([0d, 2, 6, 14, 30, 62, 126], ends.Sent.Skip(before).Select(sent => (sent.At - start).TotalSeconds));
        var given = Assert.Single(ends.Left.Of<IkeEvent.GivenUp>());
        Assert.Equal((ExchangeType.Informational, 7, TimeSpan.FromSeconds(254)), (given.Exchange, given.Sends, given.Waited));
        Assert.Empty(ends.Left.Inbound);
        Assert.Single(ends.Left.Of<IkeEvent.IkeSaClosed>());
        Assert.Equal(0, ends.Left.Endpoint.Count);
    }

    // Every request there is, for the defaults and for other values: never answered, it leaves at its times to the millisecond and is given up at its time.
    [Theory]
    [InlineData(RequestKind.Init, 2000, 6)]
    [InlineData(RequestKind.Init, 500, 4)]
    [InlineData(RequestKind.Intermediate, 2000, 6)]
    [InlineData(RequestKind.Intermediate, 500, 4)]
    [InlineData(RequestKind.Auth, 2000, 6)]
    [InlineData(RequestKind.Auth, 500, 4)]
    [InlineData(RequestKind.CreateChild, 2000, 6)]
    [InlineData(RequestKind.CreateChild, 1250, 3)]
    [InlineData(RequestKind.RekeyChild, 2000, 6)]
    [InlineData(RequestKind.RekeyChild, 1250, 3)]
    [InlineData(RequestKind.RekeyIke, 2000, 6)]
    [InlineData(RequestKind.RekeyIke, 1250, 3)]
    [InlineData(RequestKind.Followup, 2000, 6)]
    [InlineData(RequestKind.Followup, 1250, 3)]
    [InlineData(RequestKind.Probe, 2000, 6)]
    [InlineData(RequestKind.Probe, 1250, 3)]
    [InlineData(RequestKind.DeleteChild, 2000, 6)]
    [InlineData(RequestKind.DeleteChild, 1250, 3)]
    [InlineData(RequestKind.DeleteIke, 2000, 6)]
    [InlineData(RequestKind.DeleteIke, 1250, 3)]
    [InlineData(RequestKind.MoveAddresses, 2000, 6)]
    [InlineData(RequestKind.MoveAddresses, 1250, 3)]
    public void EveryRequest_NeverAnswered_FollowsTheSchedule(RequestKind kind, int wait, int retries)
    {
        var schedule = new RetransmissionModel(TimeSpan.FromMilliseconds(wait), retries);
        using var ends = new LinkedEndpoints(Given.Model(Rich(true)) with { Retransmission = schedule }, Given.Model(Rich(false)) with { Retransmission = schedule });
        var exchange = Silence(ends, kind);
        var at = kind is RequestKind.Init or RequestKind.Intermediate or RequestKind.Auth ? Begin(ends) : Order(ends, kind);
        ends.Run(TimeSpan.FromMilliseconds(100));
        var first = ends.Sent.First(sent => sent.At >= at && sent.Datagram.FromLeft && sent.Datagram.IsRequest(exchange));
        var last = first.At + TimeSpan.FromMilliseconds(wait * ((1 << (retries + 1)) - 1));
        ends.Run(last - ends.Now - TimeSpan.FromMilliseconds(1));
        Assert.Empty(ends.Left.Of<IkeEvent.GivenUp>());
        ends.Run(TimeSpan.FromMilliseconds(1));

        var sends = ends.Sent.Where(sent => sent.At >= first.At && sent.Datagram.FromLeft && sent.Datagram.IsRequest(exchange) && sent.Datagram.Octets.AsSpan().SequenceEqual(first.Datagram.Octets)).ToList();
        Assert.Equal(Enumerable.Range(0, retries + 1).Select(i => (double)(wait * ((1 << i) - 1))), sends.Select(sent => (sent.At - first.At).TotalMilliseconds));
        var given = ends.Left.Of<IkeEvent.GivenUp>().First();
        Assert.Equal((exchange, retries + 1, last - first.At), (given.Exchange, given.Sends, given.Waited));
    }

    [Fact]
    public void Response_Lost_IsGivenAgainOctetForOctetOnlyWhenAskedFor()
    {
        using var ends = Given.Established();
        var before = ends.Sent.Count;
        var lost = 0;
        ends.Script = datagram => datagram.Header.IsResponse && lost++ < 3 ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.Probe(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromMinutes(10));

        var answers = ends.Sent.Skip(before).Where(sent => sent.Datagram.Header.IsResponse).ToList();
        Assert.Equal(4, answers.Count);
        Assert.All(answers, answer => Assert.Equal(answers[0].Datagram.Octets, answer.Datagram.Octets));
        Agreed.Hold(ends, children: 1);
    }

    private static ConnectionModel Rich(bool isLeft) => FollowupTests.Further(Given.Connection(isLeft) with { Children = [Given.Child(isLeft), Given.Child(isLeft, "more")] }, 1, 1);

    private static ExchangeType Silence(LinkedEndpoints ends, RequestKind kind)
    {
        var exchange = kind switch
        {
            RequestKind.Init => ExchangeType.IkeSaInit,
            RequestKind.Intermediate => ExchangeType.IkeIntermediate,
            RequestKind.Auth => ExchangeType.IkeAuth,
            RequestKind.CreateChild or RequestKind.RekeyChild or RequestKind.RekeyIke => ExchangeType.CreateChildSa,
            RequestKind.Followup => ExchangeType.IkeFollowupKe,
            _ => ExchangeType.Informational,
        };
        ends.Script = datagram => datagram.FromLeft && datagram.IsRequest(exchange) ? LinkFate.Lost : LinkFate.Arrives;
        return exchange;
    }

    private static DateTimeOffset Begin(LinkedEndpoints ends)
    {
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        return ends.Now;
    }

    private static DateTimeOffset Order(LinkedEndpoints ends, RequestKind kind)
    {
        Begin(ends);
        ends.Run(TimeSpan.FromSeconds(1));
        var (spis, spi) = (ends.Left.Endpoint.Established[0], ends.Left.Inbound.Keys.First());
        ends.Order(ends.Left, kind switch
        {
            RequestKind.CreateChild => new IkeCommand.Initiate("peer", "more"),
            RequestKind.RekeyChild or RequestKind.Followup => new IkeCommand.RekeyChild(spi),
            RequestKind.RekeyIke => new IkeCommand.RekeyIke(spis),
            RequestKind.DeleteChild => new IkeCommand.DeleteChild(spi),
            RequestKind.DeleteIke => new IkeCommand.Close(spis),
            RequestKind.MoveAddresses => new IkeCommand.MovePath(spis, new(Given.Address("192.0.2.77"), 4500, Given.RightAddress, 4500)),
            _ => new IkeCommand.Probe(spis),
        });
        return ends.Now;
    }

    private static void Schedule(RetransmissionModel schedule, int[] sends, int givenUp)
    {
        using var ends = new LinkedEndpoints(Given.Model(Given.Connection(true)) with { Retransmission = schedule }, Given.Model(Given.Connection(false)));
        var start = ends.Now;
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMilliseconds(givenUp - 1));
        Assert.Empty(ends.Left.Of<IkeEvent.GivenUp>());
        ends.Run(TimeSpan.FromMilliseconds(1));

        Assert.Equal(sends.Select(at => (double)at), ends.Sent.Select(sent => (sent.At - start).TotalMilliseconds));
        Assert.All(ends.Sent, sent => Assert.Equal(ends.Sent[0].Datagram.Octets, sent.Datagram.Octets));
        var given = Assert.Single(ends.Left.Of<IkeEvent.GivenUp>());
        Assert.Equal((ExchangeType.IkeSaInit, sends.Length, TimeSpan.FromMilliseconds(givenUp)), (given.Exchange, given.Sends, given.Waited));
        Assert.Equal((Given.LeftAddress, (ushort)500, Given.RightAddress, (ushort)500), (given.Path.Local, given.Path.LocalPort, given.Path.Remote, given.Path.RemotePort));
        Assert.Equal(sends.Length - 1, ends.Left.Of<IkeEvent.Retransmitted>().Count());
        Assert.Equal(0, ends.Left.Endpoint.Count);
    }
}
