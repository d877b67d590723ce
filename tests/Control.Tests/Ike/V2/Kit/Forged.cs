using IpsecDp.Ike;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Selectors;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Wire.Ip;

namespace Control.Tests.Ike.V2.Kit;

/// <summary>What somebody could send who is neither end, or an end that says what it should not.</summary>
internal static class Forged
{
    /// <summary>The path of what the right end seems to send, seen from the left one.</summary>
    public static IkePath FromRight { get; } = new(Given.LeftAddress, 500, Given.RightAddress, 500);

    /// <summary>The path of what the left end seems to send, seen from the right one.</summary>
    public static IkePath FromLeft { get; } = new(Given.RightAddress, 500, Given.LeftAddress, 500);

    /// <summary>A request that claims to be sealed and is 52 octets of zero.</summary>
    public static byte[] Sealed(IkeSpis spis, bool isFromInitiator, uint messageId)
    {
        var octets = new byte[80];
        new IkeHeader
        {
            InitiatorSpi = spis.Initiator,
            ResponderSpi = spis.Responder,
            Exchange = ExchangeType.Informational,
            MessageId = messageId,
            IsFromInitiator = isFromInitiator,
            NextPayload = PayloadType.Encrypted,
            Length = octets.Length,
        }.Write(octets);
        octets[IkeHeader.WireLength + 3] = (byte)(octets.Length - IkeHeader.WireLength);
        return octets;
    }

    /// <summary>The payloads that ask for a child, or for a successor of the IKE SA; nobody has the private half of its value.</summary>
    public static IkePayload[] Creation(ProtocolId protocol = ProtocolId.Esp) => protocol == ProtocolId.Ike
        ? [new SaPayload([.. Given.IkeOffer("curve25519").ToProposals(1, Octets.Of(1, 2, 3, 4, 5, 6, 7, 8), false)]), Nonce(), new KeyExchangePayload(31, new(new byte[32]))]
        : [new SaPayload([.. Given.EspOffer().ToProposals(1, Octets.Of(1, 2, 3, 4), false)]), Nonce(), Anything(true), Anything(false)];

    private static NoncePayload Nonce() => new(new(new byte[32]));

    private static SelectorsPayload Anything(bool isInitiator) => new(isInitiator, [IkeSelector.Any(IpVersion.V4)]);
}
