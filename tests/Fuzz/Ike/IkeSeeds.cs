using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Configuration;
using IpsecDp.Ike.Messages.Fragments;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.Ike.Messages.Selectors;
using IpsecDp.Ike.Messages.Signatures;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Fuzz.Ike;

/// <summary>Messages and payloads of every kind, as our own types write them.</summary>
public static class IkeSeeds
{
    /// <summary>What seals the seeds.</summary>
    public static IIkeCipher Cipher { get; } = new PlainIkeCipher(8, 1, 16);

    /// <summary>The path the pieces of the fragmented seed fit.</summary>
    public const int FragmentRoomOfSeeds = 160;

    /// <summary>Every seed: its target, its name, its octets.</summary>
    public static IEnumerable<(string Target, string Name, byte[] Octets)> All()
    {
        foreach (var (name, message) in Messages())
        {
            yield return ("ike-message", name, message.ToArray());
            yield return ("ike-sealed", name, Seal(message));
        }

        foreach (var (name, payload) in Payloads())
        {
            var body = new byte[payload.BodyLength];
            payload.WriteBody(body);
            yield return (TargetOf(payload.Type), name, body);
        }

        yield return ("ike-header", "v1", [.. new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, .. new byte[8], 1, 0x10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 28]);
        yield return ("ike-header", "v2", Messages().First().Message.ToArray()[..IkeHeader.WireLength]);
        yield return ("ike-fragments", "in-order", Join(Pieces()));
        yield return ("ike-fragments", "reversed", Join(Pieces().Reverse()));
        yield return ("ike-fragments", "twice", Join(Pieces().SelectMany(piece => new[] { piece, piece })));
        yield return ("ike-negotiation", "selectors", [.. Write(PacketSelectors(true)), .. Write(PacketSelectors(false))]);
    }

    /// <summary>The name of the target that reads bodies of a type.</summary>
    public static string TargetOf(PayloadType type) => type switch
    {
        PayloadType.InitiatorId or PayloadType.ResponderId => "ike-id",
        PayloadType.InitiatorSelectors or PayloadType.ResponderSelectors => "ike-ts",
        PayloadType.EncryptedFragment => "ike-skf",
        PayloadType.Nonce => "ike-nonce",
        PayloadType.Notify => "ike-notify",
        PayloadType.Delete => "ike-delete",
        PayloadType.VendorId => "ike-vendor",
        _ => $"ike-{PayloadTypes.Name(type).ToLowerInvariant()}",
    };

    /// <summary>Messages of the exchanges of RFC 7296 and its extensions, in clear.</summary>
    public static IEnumerable<(string Name, IkeMessage Message)> Messages()
    {
        yield return ("init-request", new(Header(ExchangeType.IkeSaInit, 0, false, responder: 0), [IkeSa([]), Ke, Ni, Nat(NotifyType.NatDetectionSourceIp), Nat(NotifyType.NatDetectionDestinationIp), Plain(NotifyType.FragmentationSupported), Hashes, Plain(NotifyType.RedirectSupported), Vendor]));
        yield return ("init-request-cookie", new(Header(ExchangeType.IkeSaInit, 0, false, responder: 0), [new NotifyPayload(NotifyType.Cookie, Fill(24)), IkeSa([]), Ke, Ni, Plain(NotifyType.UsePpk), Plain(NotifyType.IntermediateExchangeSupported)]));
        yield return ("init-cookie", new(Header(ExchangeType.IkeSaInit, 0, true, responder: 0), [new NotifyPayload(NotifyType.Cookie, Fill(24))]));
        yield return ("init-invalid-ke", new(Header(ExchangeType.IkeSaInit, 0, true, responder: 0), [Notice.InvalidKePayload(31)]));
        yield return ("init-redirect", new(Header(ExchangeType.IkeSaInit, 0, true, responder: 0), [Redirection.To(V6("2001:db8::5"), Fill(32)).ToPayload(NotifyType.Redirect)]));
        yield return ("init-response", new(Header(ExchangeType.IkeSaInit, 0, true), [new SaPayload([ChosenIke]), Ke, Ni, new CertificateRequestPayload(CertificateEncoding.X509Signature, Fill(40)), Plain(NotifyType.ChildlessIkev2Supported)]));
        yield return ("auth-request", new(Header(ExchangeType.IkeAuth, 1, false), [Identity(true, IdType.Fqdn, "left.example"u8), Certificate, new CertificateRequestPayload(CertificateEncoding.X509Signature, Fill(20)), Plain(NotifyType.InitialContact), Signed, EspSa(Spi), TsI, TsR, Plain(NotifyType.UseTransportMode), Plain(NotifyType.EspTfcPaddingNotSupported), Plain(NotifyType.NonFirstFragmentsAlso), Request, Plain(NotifyType.MobikeSupported)]));
        yield return ("auth-response", new(Header(ExchangeType.IkeAuth, 1, true), [Identity(false, IdType.UserFqdn, "right@example"u8), new AuthenticationPayload(AuthenticationMethod.SharedKey, Fill(32)), new SaPayload([ChosenEsp]), TsI, TsR, Plain(NotifyType.AdditionalTsPossible), Notice.AuthLifetime(3600), Notice.AdditionalAddress(V4("192.0.2.9")), Notice.AdditionalAddress(V6("2001:db8::9")), new NotifyPayload(NotifyType.QuickCrashDetection, Fill(32)), Plain(NotifyType.PpkIdentity)]));
        yield return ("auth-childless", new(Header(ExchangeType.IkeAuth, 1, false), [Identity(true, IdType.Ipv4Address, [192, 0, 2, 1]), new AuthenticationPayload(AuthenticationMethod.SharedKey, Fill(32)), new PpkIdentity(PpkIdentity.Fixed, Fill(8)).ToPayload(), new NotifyPayload(NotifyType.NoPpkAuth, Fill(32))]));
        yield return ("rekey-child", new(Header(ExchangeType.CreateChildSa, 2, false), [Notice.RekeySa(ProtocolId.Esp, 0xC0FFEE01), EspSa(Spi), Ni, Ke, TsI, TsR]));
        yield return ("rekey-ike", new(Header(ExchangeType.CreateChildSa, 3, true), [IkeSa(Fill(8)), Ni, Ke, new NotifyPayload(NotifyType.AdditionalKeyExchange, Fill(8))]));
        yield return ("delete", new(Header(ExchangeType.Informational, 4, false), [new DeletePayload(ProtocolId.Esp, [0xC0FFEE01, 0xC0FFEE02]), DeletePayload.IkeSa]));
        yield return ("mobike", new(Header(ExchangeType.Informational, 5, false), [Plain(NotifyType.UpdateSaAddresses), new NotifyPayload(NotifyType.Cookie2, Fill(16)), new UnnattedPath(V4("192.0.2.1"), V4("192.0.2.2"), 4500, 4500).ToPayload()]));
        yield return ("liveness", new(Header(ExchangeType.Informational, 6, false), []));
        yield return ("intermediate", new(Header(ExchangeType.IkeIntermediate, 1, false), [new KeyExchangePayload(36, Fill(1184))]));
        yield return ("unknown-payloads", new(Header(ExchangeType.Informational, 7, true), [new UnknownPayload((PayloadType)60, Fill(12)), Notice.SetWindowSize(4), new UnknownPayload((PayloadType)130, Octets.Empty)]));
    }

    /// <summary>Payloads of every type, by themselves.</summary>
    public static IEnumerable<(string Name, IkePayload Payload)> Payloads()
    {
        yield return ("ike", IkeSa([]));
        yield return ("esp", EspSa(Spi));
        yield return ("ah", new SaPayload([.. AhOffer.ToProposals(1, Spi, false)]));
        yield return ("unknown-attribute", new SaPayload([new(1, ProtocolId.Esp, Spi, [new(TransformType.Encryption, 20, [TransformAttribute.KeyLength(128), new(17, false, 0, Fill(6))])])]));
        yield return ("curve25519", Ke);
        yield return ("dn", Identity(true, IdType.DistinguishedName, DistinguishedName));
        yield return ("fqdn", Identity(false, IdType.Fqdn, "right.example"u8));
        yield return ("ipv6", Identity(true, IdType.Ipv6Address, [0x20, 1, 0xD, 0xB8, .. new byte[11], 1]));
        yield return ("key-id", Identity(true, IdType.KeyId, [1, 2, 3]));
        yield return ("general-name", Identity(true, IdType.GeneralName, [0x82, 3, (byte)'a', (byte)'.', (byte)'b']));
        yield return ("x509", Certificate);
        yield return ("authorities", new CertificateRequestPayload(CertificateEncoding.X509Signature, Fill(60)));
        yield return ("psk", new AuthenticationPayload(AuthenticationMethod.SharedKey, Fill(32)));
        yield return ("signed", Signed);
        yield return ("nonce", Ni);
        yield return ("delete", new DeletePayload(ProtocolId.Ah, [0xC0FFEE01]));
        yield return ("vendor", Vendor);
        yield return ("ranges", TsI);
        yield return ("packet", PacketSelectors(true));
        yield return ("unknown-selector", new SelectorsPayload(true, [IkeSelector.Any(IpVersion.V4)], [Octets.Of(10, 0, 0, 8, 1, 2, 3, 4)]));
        yield return ("request", Request);
        yield return ("reply", new ConfigurationPayload(ConfigurationType.Reply, [new(ConfigurationAttribute.Ip4Address, Octets.Of(10, 0, 0, 1)), new(ConfigurationAttribute.Ip6Address, Fill(17)), new(ConfigurationAttribute.ApplicationVersion, Text("IpsecDp"u8))]));
        yield return ("fragment", new EncryptedFragmentPayload(PayloadType.InitiatorId, 1, 2, Fill(64)));
        var notifies = Messages().SelectMany(message => message.Message.All<NotifyPayload>()).Append(Redirection.To(V4("192.0.2.7"), Fill(16)).ToPayload(NotifyType.Redirect))
            .Append(new Redirection(GatewayType.Fqdn, Text("gw.example"u8), Octets.Empty).ToPayload(NotifyType.RedirectedFrom))
            .Append(Notice.ChildSaNotFound(ProtocolId.Ah, 0xC0FFEE01)).Append(Notice.UnsupportedCriticalPayload(60)).Append(Notice.InvalidMajorVersion(2));
        foreach (var notify in notifies.DistinctBy(notify => notify.Notify))
        {
            yield return ($"{notify.Notify}".ToLowerInvariant(), notify);
        }
    }

    /// <summary>An offer of an IKE SA with further key exchanges.</summary>
    public static Offer IkeOffer { get; } = new(ProtocolId.Ike,
    [
        Transforms.Encryption("aes-256-gcm-16"), Transforms.Encryption("chacha20-poly1305"), Transforms.Encryption("aes-256-cbc"), Transforms.Encryption("3des-cbc"),
        Transforms.Integrity("hmac-sha2-256-128"), Transforms.Integrity("hmac-sha2-512-256"), Transforms.Prf("hmac-sha2-256"), Transforms.Prf("hmac-sha2-512"),
        Transforms.KeyExchange("curve25519"), Transforms.KeyExchange("ecp-256"), Transforms.KeyExchange("modp-2048"),
        Transforms.KeyExchange(1, "ml-kem-768"), Transforms.KeyExchange(1, "none"), Transforms.KeyExchange(2, "none"),
    ]);

    /// <summary>An offer of ESP.</summary>
    public static Offer EspOffer { get; } = new(ProtocolId.Esp,
    [
        Transforms.Encryption("aes-128-gcm-16"), Transforms.Encryption("aes-128-cbc"), Transforms.Integrity("hmac-sha2-256-128"), Transforms.KeyExchange("curve25519"), Transforms.KeyExchange("none"),
        Transforms.ExtendedNumbers, Transforms.PlainNumbers,
    ]);

    /// <summary>An offer of AH.</summary>
    public static Offer AhOffer { get; } = new(ProtocolId.Ah, [Transforms.Integrity("hmac-sha2-256-128"), Transforms.Integrity("aes-128-gmac"), Transforms.PlainNumbers]);

    /// <summary>So many octets of a pattern.</summary>
    public static Octets Fill(int length) => new([.. Enumerable.Range(0, length).Select(i => (byte)((i * 7) + length))]);

    private static readonly byte[] DistinguishedName = [0x30, 0x1C, 0x31, 0x0B, 0x30, 0x09, 6, 3, 0x55, 4, 6, 0x13, 2, (byte)'D', (byte)'E', 0x31, 0x0D, 0x30, 0x0B, 6, 3, 0x55, 4, 3, 0x0C, 4, .. "left"u8];

    private static Octets Spi => Octets.Of(0xC0, 0xFF, 0xEE, 1);

    private static KeyExchangePayload Ke => new(31, Fill(32));

    private static NoncePayload Ni => new(Fill(32));

    private static VendorIdPayload Vendor => new(Text("IpsecDp"u8));

    private static CertificatePayload Certificate => new(CertificateEncoding.X509Signature, Fill(120));

    private static AuthenticationPayload Signed => AuthenticationPayload.Of(DigitalSignature.Of(SignatureAlgorithm.RsaPssSha256, Fill(64)));

    private static NotifyPayload Hashes => new SignatureHashes([SignatureHash.Sha256, SignatureHash.Sha512, SignatureHash.Identity]).ToPayload();

    private static ConfigurationPayload Request => new(ConfigurationType.Request, [new(ConfigurationAttribute.Ip4Address, Octets.Empty), new(ConfigurationAttribute.Ip4Dns, Octets.Empty)]);

    private static SelectorsPayload TsI => new(true, [new(AddressRange.Prefix(V4("10.1.0.0"), 16), 0, PortRange.Any), new(AddressRange.Prefix(V6("2001:db8:1::"), 48), 6, PortRange.Of(443))]);

    private static SelectorsPayload TsR => new(false, [new(AddressRange.Prefix(V4("10.2.0.0"), 16), 0, PortRange.Any), new(AddressRange.AnyV6, 6, new(1024, 65535))]);

    private static Proposal ChosenIke => new(1, ProtocolId.Ike, Octets.Empty, [Transforms.Encryption("aes-256-gcm-16"), Transforms.Prf("hmac-sha2-256"), Transforms.KeyExchange("curve25519")]);

    private static Proposal ChosenEsp => new(1, ProtocolId.Esp, Spi, [Transforms.Encryption("aes-128-gcm-16"), Transforms.ExtendedNumbers]);

    private static SaPayload IkeSa(Octets spi) => new([.. IkeOffer.ToProposals(1, spi, false)]);

    private static SaPayload IkeSa(byte[] spi) => IkeSa(new Octets(spi));

    private static SaPayload EspSa(Octets spi) => new([.. EspOffer.ToProposals(1, spi, false)]);

    private static SelectorsPayload PacketSelectors(bool isInitiator) =>
        new(isInitiator, [new(AddressRange.Of(V4(isInitiator ? "10.1.0.5" : "10.2.0.6")), 17, PortRange.Of(12000)), new(AddressRange.Prefix(V4(isInitiator ? "10.1.0.0" : "10.2.0.0"), 16), 0, PortRange.Any)]);

    private static IdentificationPayload Identity(bool isInitiator, IdType type, ReadOnlySpan<byte> identity) => new(isInitiator, type, new(identity));

    private static NotifyPayload Plain(NotifyType type) => new(type);

    private static NotifyPayload Nat(NotifyType type) => new(type, Fill(20));

    private static Octets Text(ReadOnlySpan<byte> text) => new(text);

    private static IpAddress V4(string text) => IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    private static IpAddress V6(string text) => V4(text);

    private static IkeHeader Header(ExchangeType exchange, uint id, bool isResponse, ulong responder = 0xB0B0B0B0B0B0B0B0) =>
        new() { InitiatorSpi = 0xA1A2A3A4A5A6A7A8, ResponderSpi = responder, Exchange = exchange, MessageId = id, IsResponse = isResponse, IsFromInitiator = !isResponse };

    private static byte[] Seal(IkeMessage message)
    {
        var sealable = message.Header.Exchange == ExchangeType.IkeSaInit ? new(message.Header with { Exchange = ExchangeType.Informational }, message.Payloads) : message;
        var octets = new byte[MessageSealer.LengthOf(sealable, Cipher)];
        MessageSealer.TrySeal(sealable, Cipher, octets, out _);
        return octets;
    }

    private static IReadOnlyList<byte[]> Pieces() =>
        FragmentSplitter.TrySplit(Messages().Single(seed => seed.Name == "auth-request").Message, Cipher, FragmentRoomOfSeeds, out var pieces, out _) ? pieces : [];

    private static byte[] Join(IEnumerable<byte[]> pieces) => [.. pieces.SelectMany(piece => (byte[])[(byte)(piece.Length >> 8), (byte)piece.Length, .. piece])];

    private static byte[] Write(SelectorsPayload payload)
    {
        var body = new byte[payload.BodyLength + 2];
        (body[0], body[1]) = ((byte)(payload.BodyLength >> 8), (byte)payload.BodyLength);
        payload.WriteBody(body.AsSpan(2));
        return body;
    }
}
