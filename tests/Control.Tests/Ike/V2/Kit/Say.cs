using IpsecDp.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2;
using IpsecDp.Ike.V2.Exchanges;
using IpsecDp.Ike.V2.States;

namespace Control.Tests.Ike.V2.Kit;

/// <summary>A request of one end, under protection, that says what a script wants said; the answer is kept.</summary>
internal sealed class Say(ExchangeType type, params IkePayload[] payloads) : IkeExchange
{
    public IkeMessage? Answer { get; private set; }

    public override ExchangeType Type => type;

    public override ExchangeUrgency Urgency => ExchangeUrgency.Delete;

    /// <summary>Says it in the only session of an end; the answer comes in its time.</summary>
    public Say By(LinkedEndpoints ends, LinkedEnd end)
    {
        end.Endpoint.Host.Index.Sessions.Single().Enqueue(this);
        ends.Order(end, new IkeCommand.Probe(end.Endpoint.Established[0]));
        return this;
    }

    public override ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn) => [.. payloads];

    public override IkeState OnResponse(PeerSession session, IkeSaV2 sa, IkeMessage response, in IkeTurn turn)
    {
        Answer = response;
        return sa.State;
    }
}
