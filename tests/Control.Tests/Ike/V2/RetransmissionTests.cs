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
