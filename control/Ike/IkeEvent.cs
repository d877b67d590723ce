using IpsecDp.Crypto;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike;

/// <summary>What happened, for whoever installs SAs, keeps records or writes the log; names in it are the policy's.</summary>
public abstract record IkeEvent
{
    /// <summary>A peer proved who it is, and the IKE SA stands.</summary>
    public sealed record IkeSaEstablished(string Connection, IkeSpis Spis, bool IsInitiator, IkeId Local, IkeId Remote, IkePath Path, IkeSuite Suite) : IkeEvent;

    /// <summary>An IKE SA was replaced by a new one, which has its children.</summary>
    public sealed record IkeSaRekeyed(string Connection, IkeSpis Former, IkeSpis Spis, IkeSuite Suite) : IkeEvent;

    /// <summary>An IKE SA ended; its children were removed before.</summary>
    public sealed record IkeSaClosed(string Connection, IkeSpis Spis, string Reason) : IkeEvent;

    /// <summary>A child to be installed: inbound first, so that nothing that comes early is lost; outbound when <see cref="OutboundReady"/> follows.</summary>
    public sealed record ChildInstalled(ChildSa Child) : IkeEvent;

    /// <summary>From here on the child is to be sealed with, instead of <paramref name="Former"/> where there is one.</summary>
    public sealed record OutboundReady(ChildSa Child, uint? Former) : IkeEvent;

    /// <summary>A child is gone: both its SAs go, the inbound one after <paramref name="Grace"/> because its packets may be under way.</summary>
    public sealed record ChildRemoved(ChildSa Child, TimeSpan Grace, string Reason) : IkeEvent;

    /// <summary>The peer's address or port changed (RFC 7296 §2.23, RFC 4555); children follow it.</summary>
    public sealed record PathMoved(string Connection, IkeSpis Spis, IkePath Former, IkePath Path) : IkeEvent;

    /// <summary>A request was sent again.</summary>
    public sealed record Retransmitted(string Connection, IkePath Path, ExchangeType Exchange, uint MessageId, int Sends) : IkeEvent;

    /// <summary>A request was answered by nobody; both addresses and ports are in the path.</summary>
    public sealed record GivenUp(string Connection, IkePath Path, ExchangeType Exchange, int Sends, TimeSpan Waited) : IkeEvent;

    /// <summary>A negotiation failed for a reason that both ends can read.</summary>
    public sealed record NegotiationFailed(string Connection, IkePath Path, ExchangeType Exchange, string Reason) : IkeEvent;

    /// <summary>A datagram was refused; nothing was changed by it. The error is that of this program, where one was the cause.</summary>
    public sealed record Refused(IkePath Path, IkeFailure Failure, Exception? Error = null) : IkeEvent;

    /// <summary>The keys IKE messages are sealed with, where the model asks for them; copies without SK_d and SK_p, which are the taker's and zeroed by him.</summary>
    public sealed record KeysRevealed(IkeSpis Spis, IkeSuite Suite, DirectionKeys Initiator, DirectionKeys Responder) : IkeEvent;

    /// <summary>A turn failed by an error of this program; the IKE SA it was about is gone, everything else goes on. The connection is empty where none was known yet.</summary>
    public sealed record Faulted(string Connection, IkePath Path, Exception Fault) : IkeEvent;

    /// <summary>A gateway's name is to be looked up (RFC 5685 §6); <see cref="IkeCommand.NameResolved"/> with the ticket brings its addresses of that version, or none. No turn waits for it.</summary>
    public sealed record NameWanted(string Connection, long Ticket, string Name, IpVersion Version) : IkeEvent;

    /// <summary>What an operator should know and no other event says.</summary>
    public sealed record Noted(string Connection, string Sentence) : IkeEvent;
}
