using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Ike.V2.Kit;

/// <summary>Models the scripts start from: two hosts, 192.0.2.1 and 192.0.2.2, with a network behind each.</summary>
internal static class Given
{
    public static IpAddress LeftAddress { get; } = Address("192.0.2.1");

    public static IpAddress RightAddress { get; } = Address("192.0.2.2");

    public static IkeId LeftId { get; } = IkeId.OfHost("left.example");

    public static IkeId RightId { get; } = IkeId.OfHost("right.example");

    public static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    public static Offer IkeOffer(params string[] methods) => new(ProtocolId.Ike,
    [
        Transforms.Encryption("aes-256-gcm-16"), Transforms.Prf("hmac-sha2-256"), .. methods.Select(Transforms.KeyExchange),
    ]);

    public static Offer EspOffer(params string[] methods) => new(ProtocolId.Esp,
    [
        Transforms.Encryption("aes-256-gcm-16"), .. methods.Select(Transforms.KeyExchange), Transforms.PlainNumbers,
    ]);

    public static ChildModel Child(bool isLeft, string name = "net") => new()
    {
        Name = name,
        Selectors = [Traffic(isLeft ? "10.1.0.0" : "10.2.0.0", isLeft ? "10.2.0.0" : "10.1.0.0")],
        Offers = [EspOffer()],
        Lifetime = new(TimeSpan.FromHours(1), 0.1, TimeSpan.FromMinutes(70)),
    };

    public static TrafficSelector Traffic(string local, string remote) =>
        new(AddressRange.Prefix(Address(local), 16), AddressRange.Prefix(Address(remote), 16), null, PortRange.Any, PortRange.Any);

    public static ConnectionModel Connection(bool isLeft, string secret = "swordfish") => new()
    {
        Name = "peer",
        Local = [AddressRange.Of(isLeft ? LeftAddress : RightAddress)],
        Remote = [AddressRange.AnyV4],
        Peer = isLeft ? RightAddress : LeftAddress,
        LocalId = isLeft ? LeftId : RightId,
        RemoteId = new IdPattern.Exactly(isLeft ? RightId : LeftId),
        LocalProof = Secret(secret),
        RemoteProof = Secret(secret),
        Offers = [IkeOffer("curve25519")],
        Children = [Child(isLeft)],
        Liveness = TimeSpan.Zero,
    };

    public static ProofModel Secret(string secret) => new ProofModel.Shared(new SecretBytes(System.Text.Encoding.UTF8.GetBytes(secret)));

    public static IkeModel Model(ConnectionModel connection) => new() { Connections = [connection] };

    /// <summary>Both ends, each with its connection changed as the script wants it.</summary>
    public static LinkedEndpoints Ends(Func<ConnectionModel, ConnectionModel>? left = null, Func<ConnectionModel, ConnectionModel>? right = null, int seed = 1) =>
        new(Model((left ?? (model => model))(Connection(true))), Model((right ?? (model => model))(Connection(false))), seed);

    /// <summary>Both ends after the left one started its child.</summary>
    public static LinkedEndpoints Established(Func<ConnectionModel, ConnectionModel>? both = null, int seed = 1)
    {
        var ends = Ends(both, both, seed);
        ends.Order(ends.Left, new IpsecDp.Ike.IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 1);
        return ends;
    }
}
