using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.Models;

/// <summary>What may be agreed with one peer or one kind of peers (a KeyExchangeRule with its action).</summary>
public sealed record ConnectionModel
{
    /// <summary>The name an operator gave it.</summary>
    public required string Name { get; init; }

    /// <summary>This host's addresses it is for.</summary>
    public required ValueList<AddressRange> Local { get; init; }

    /// <summary>The peers' addresses it is for.</summary>
    public required ValueList<AddressRange> Remote { get; init; }

    /// <summary>The address a start from here goes to; null for connections only a peer starts.</summary>
    public IpAddress? Peer { get; init; }

    /// <summary>How many peers may have it at a time, and which of them a start from here means.</summary>
    public PeerRule Peers { get; init; } = PeerRule.One;

    /// <summary>The address a start from here comes from; null for the only one of <see cref="Local"/>.</summary>
    public IpAddress? Own { get; init; }

    /// <summary>This host's further addresses, which a session may move to (RFC 4555); they are among <see cref="Local"/>.</summary>
    public ValueList<IpAddress> OtherOwn { get; init; } = [];

    /// <summary>Who this host says it is.</summary>
    public required IkeId LocalId { get; init; }

    /// <summary>Who the peer may say it is.</summary>
    public required IdPattern RemoteId { get; init; }

    /// <summary>How this host proves it.</summary>
    public required ProofModel LocalProof { get; init; }

    /// <summary>How the peer has to.</summary>
    public required ProofModel RemoteProof { get; init; }

    /// <summary>Offers for the IKE SA, most wanted first.</summary>
    public required ValueList<Offer> Offers { get; init; }

    /// <summary>Children.</summary>
    public ValueList<ChildModel> Children { get; init; } = [];

    /// <summary>When the IKE SA is replaced and when it ends.</summary>
    public LifetimeModel Lifetime { get; init; } = LifetimeModel.OfIke;

    /// <summary>Whether it is replaced by a new authentication, made before the old one is broken (RFC 7296 §2.8.3).</summary>
    public bool Reauthenticates { get; init; }

    /// <summary>Silence after which the peer is asked whether it lives; zero for never (RFC 7296 §2.4).</summary>
    public TimeSpan Liveness { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between keepalives behind a NAT (RFC 3948 §4).</summary>
    public TimeSpan Keepalive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether a peer has one IKE SA at most, the latest (RFC 7296 §2.4, INITIAL_CONTACT).</summary>
    public bool IsUnique { get; init; } = true;

    /// <summary>Whether an IKE SA may stand without a child (RFC 6023).</summary>
    public bool TakesChildless { get; init; } = true;

    /// <summary>Whether addresses may move (RFC 4555).</summary>
    public bool TakesMobike { get; init; } = true;

    /// <summary>Names of gateways a peer may send this host on to (RFC 5685); they are looked up, and their addresses have to be among <see cref="Remote"/>. Without any none is followed by name.</summary>
    public ValueList<IdPattern> RedirectNames { get; init; } = [];

    /// <summary>Whether a peer that lost an IKE SA is believed by the token it gave for it (RFC 6290).</summary>
    public bool TakesCrashTokens { get; init; } = true;

    /// <summary>Whether messages are fragmented by IKE (RFC 7383), and the path's MTU in octets it assumes; 0 for the least every path carries.</summary>
    public int FragmentMtu { get; init; } = 1280;

    /// <summary>Post-quantum preshared key (RFC 8784); null for none.</summary>
    public PpkModel? Ppk { get; init; }

    /// <summary>The connection as one peer has it: among many destinations a peer speaks for its own address and for no other.</summary>
    public ConnectionModel At(IpAddress peer) => Peers != PeerRule.Destinations ? this : this with { Children = [.. Children.Select(child => child.At(peer))] };

    /// <summary>Whether this connection is for such a path.</summary>
    public bool Fits(IpAddress local, IpAddress remote) => Local.Any(range => range.Contains(local)) && Remote.Any(range => range.Contains(remote));
}
