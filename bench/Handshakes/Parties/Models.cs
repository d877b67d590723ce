using System.Text;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Handshakes.Parties;

/// <summary>What both sides of a bench are configured with: a shared key, Curve25519, AES-GCM.</summary>
internal static class Models
{
    private static readonly Offer IkeOffer = new(ProtocolId.Ike, [Transforms.Encryption("aes-128-gcm-16"), Transforms.Prf("hmac-sha2-256"), Transforms.KeyExchange("curve25519")]);
    private static readonly Offer EspOffer = new(ProtocolId.Esp, [Transforms.Encryption("aes-128-gcm-16"), Transforms.PlainNumbers]);

    /// <summary>What both prove themselves with; it guards nothing.</summary>
    public const string SharedKey = "a shared key of thirty-two octets";

    /// <summary>The child of every connection.</summary>
    public const string Child = "net";

    /// <summary>The responder's one connection, for any peer of a domain.</summary>
    public static IkeModel Responder(IpAddress own, LimitsModel limits) => new()
    {
        Connections =
        [
            Connection("peers", own, isInitiator: false) with
            {
                Remote = [AddressRange.AnyV4],
                LocalId = IkeId.OfHost("responder.example"),
                RemoteId = new IdPattern.HostsOf("peers.example"),
                Peers = PeerRule.Callers,
            },
        ],
        Limits = limits with { SessionsOfOnePeer = int.MaxValue, SessionsOfOneAddress = int.MaxValue },
    };

    /// <summary>An initiator with connections from one number to another, each a peer of its own.</summary>
    public static IkeModel Initiator(IpAddress peer, int from, int count, Func<int, IpAddress> own, LifetimeModel? life = null) => new()
    {
        Connections =
        [
            .. Enumerable.Range(from, count).Select(number => Connection(Name(number), own(number), isInitiator: true, life) with
            {
                Peer = peer,
                Remote = [AddressRange.Of(peer)],
                LocalId = IkeId.OfHost($"h{number}.peers.example"),
                RemoteId = new IdPattern.Exactly(IkeId.OfHost("responder.example")),
            }),
        ],
    };

    /// <summary>The name of a connection.</summary>
    public static string Name(int number) => $"peer{number}";

    /// <summary>An address of dotted text.</summary>
    public static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    private static ConnectionModel Connection(string name, IpAddress own, bool isInitiator, LifetimeModel? life = null) => new()
    {
        Name = name,
        Local = [AddressRange.Of(own)],
        Remote = [],
        Own = own,
        LocalId = IkeId.OfAddress(own),
        RemoteId = new IdPattern.Any(),
        LocalProof = new ProofModel.Shared(new SecretBytes(Encoding.UTF8.GetBytes(SharedKey))),
        RemoteProof = new ProofModel.Shared(new SecretBytes(Encoding.UTF8.GetBytes(SharedKey))),
        Offers = [IkeOffer],
        Children =
        [
            new ChildModel
            {
                Name = Child,
                Selectors = [isInitiator ? Traffic("10.1.0.0", "10.2.0.0") : Traffic("10.2.0.0", "10.1.0.0")],
                Offers = [EspOffer],
                Start = isInitiator ? ChildStart.ByCommand : ChildStart.ByPeer,
                Lifetime = life ?? LifetimeModel.OfChild,
            },
        ],
        Liveness = TimeSpan.Zero,
    };

    private static TrafficSelector Traffic(string local, string remote) =>
        new(AddressRange.Prefix(Address(local), 16), AddressRange.Prefix(Address(remote), 16), null, PortRange.Any, PortRange.Any);
}
