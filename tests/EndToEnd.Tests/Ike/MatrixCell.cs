namespace EndToEnd.Tests.Ike;

/// <summary>One tunnel of the matrix against strongSwan: an address of the peer, a connection and a child of its own.</summary>
/// <param name="Number">1 to 199; part of its addresses and names.</param>
/// <param name="Proof">psk, rsa or ecdsa.</param>
/// <param name="Cipher">gcm, cbc or chacha, for IKE and ESP.</param>
/// <param name="Group">ecp256, curve25519 or modp2048.</param>
/// <param name="WeBegin">Whether we are the initiator.</param>
/// <param name="Fault">What is wrong with it.</param>
internal sealed record MatrixCell(int Number, string Proof, string Cipher, string Group, bool WeBegin, CellFault Fault = CellFault.None)
{
    /// <summary>Every tunnel that has to stand.</summary>
    public static IReadOnlyList<MatrixCell> Good { get; } =
    [
        .. from proof in new[] { "psk", "rsa", "ecdsa" }
           from cipher in new[] { "gcm", "cbc", "chacha" }
           from keyExchange in new[] { "ecp256", "curve25519", "modp2048" }
           from weBegin in new[] { true, false }
           select (proof, cipher, keyExchange, weBegin) into cell
           select new MatrixCell(0, cell.proof, cell.cipher, cell.keyExchange, cell.weBegin),
    ];

    /// <summary>Their twins, which must not.</summary>
    public static IReadOnlyList<MatrixCell> Bad { get; } =
    [
        .. from fault in Enum.GetValues<CellFault>()
           where fault != CellFault.None
           from weBegin in new[] { true, false }
           select new MatrixCell(0, fault is CellFault.Secret or CellFault.IkeProposal or CellFault.EspProposal ? "psk" : fault is CellFault.OurAuthority or CellFault.TheirAuthority ? "rsa" : "ecdsa", "gcm", "ecp256", weBegin, fault),
    ];

    /// <summary>All of them with their numbers.</summary>
    public static IReadOnlyList<MatrixCell> All { get; } = [.. Good.Concat(Bad).Select((cell, i) => cell with { Number = i + 1 })];

    /// <summary>The peer's address outside.</summary>
    public string Peer => $"10.77.1.{Number}";

    /// <summary>Our address inside.</summary>
    public string Inside => $"10.9.0.{Number}";

    /// <summary>The peer's address inside.</summary>
    public string PeerInside => $"10.9.1.{Number}";

    /// <summary>The name of our connection.</summary>
    public string Connection => $"k{Number}";

    /// <summary>The name of the tunnel, on either side.</summary>
    public string Tunnel => $"t{Number}";

    /// <summary>What our log says of the IKE SA's algorithms.</summary>
    public string AgreedIke => $"{Cipher switch { "gcm" => "aes-256-gcm-16", "cbc" => "aes-256-cbc hmac-sha2-256-128", _ => "chacha20-poly1305" }} prf hmac-sha2-256 {(Group == "ecp256" ? "ecp-256" : Group == "modp2048" ? "modp-2048" : Group)}";

    /// <summary>What our log says of ESP.</summary>
    public string AgreedEsp => Cipher switch { "gcm" => "ESP aes-256-gcm-16", "cbc" => "ESP aes-256-cbc+hmac-sha2-256-128", _ => "ESP chacha20-poly1305" };

    private string Offer => Cipher switch { "gcm" => "HowToEncrypt AES_GCM_16 KeyLength 256", "cbc" => "HowToEncrypt AES_CBC KeyLength 256", _ => "HowToEncrypt CHACHA20_POLY1305" };

    private string DhGroup => Group switch { "ecp256" => "Group19", "modp2048" => "Group14", _ => "Group31" };

    private string TheirIke => Fault == CellFault.IkeProposal ? "aes128gcm16-prfsha384-ecp384" : $"{(Cipher switch { "gcm" => "aes256gcm16-prfsha256", "cbc" => "aes256-sha256", _ => "chacha20poly1305-prfsha256" })}-{Group}";

    private string TheirEsp => Fault == CellFault.EspProposal ? "aes128-sha512" : Cipher switch { "gcm" => "aes256gcm16", "cbc" => "aes256-sha256", _ => "chacha20poly1305" };

    /// <summary>The rule of our filter policy.</summary>
    public string FilterRule => $$"""
            IpFilterRule r{{Number}}
            {
               IpSourceAddr {{Inside}}
               IpDestAddr {{PeerInside}}
               IpGenericFilterActionRef Protect
               IpDynVpnActionRef {{Tunnel}}
               IpLocalStartAction
               {
                  LocalSecurityEndpointAddr 10.77.0.1
                  RemoteSecurityEndpointAddr {{Peer}}
               }
            }

            """;

    /// <summary>The rule of our key exchange policy.</summary>
    public string ExchangeRule => $$"""
            KeyExchangeRule {{Connection}}
            {
               LocalSecurityEndpoint
               {
                  Location 10.77.0.1
                  {{(Proof == "psk" ? "" : $"Identity Fqdn left.example\nCertificateFile left-{Proof}{Variant(CellFault.OurAuthority, CellFault.OurExpiry)}.pem\nPrivateKeyFile left-{Proof}{Variant(CellFault.OurAuthority, CellFault.OurExpiry)}.key")}}
               }
               RemoteSecurityEndpoint
               {
                  Location {{Peer}}
                  {{(Proof == "psk" ? "" : $"Identity Fqdn right.example\nCaFile root-{Proof}.pem")}}
               }
               {{(Proof == "psk" ? "SharedKey File psk" : "")}}
               KeyExchangeAction
               {
                  HowToAuthMe {{(Proof == "psk" ? "PresharedKey" : "DigitalSignature")}}
                  KeyExchangeOffer
                  {
                     {{Offer}}
                     {{(Cipher == "cbc" ? "HowToVerifyMsgs HMAC_SHA2_256_128" : "")}}
                     PseudoRandomFunction HMAC_SHA2_256
                     DHGroup {{DhGroup}}
                  }
               }
            }

            """;

    /// <summary>Our tunnel.</summary>
    public string Action => $$"""
            IpDynVpnAction {{Tunnel}}
            {
               InitiateWithPfs None
               AcceptablePfs None
               IpDataOffer
               {
                  HowToEncap Tunnel
                  {{Offer}}
                  {{(Cipher == "cbc" ? "HowToAuth ESP HMAC_SHA2_256_128" : "")}}
               }
            }

            """;

    /// <summary>strongSwan's connection.</summary>
    public string Theirs => $$"""
              {{Tunnel}} {
                version = 2
                local_addrs = {{Peer}}
                remote_addrs = 10.77.0.1
                encap = yes
                unique = never
                mobike = no
                proposals = {{TheirIke}}
                local {
                  auth = {{(Proof == "psk" ? "psk" : "pubkey")}}
                  {{(Proof == "psk" ? $"id = {Peer}" : $"id = right.example\n      certs = right-{Proof}{Variant(CellFault.TheirAuthority, CellFault.TheirExpiry)}.pem")}}
                }
                remote {
                  auth = {{(Proof == "psk" ? "psk" : "pubkey")}}
                  {{(Proof == "psk" ? "id = 10.77.0.1" : $"id = left.example\n      cacerts = root-{Proof}.pem")}}
                }
                children {
                  {{Tunnel}} {
                    local_ts = {{PeerInside}}/32
                    remote_ts = {{Inside}}/32
                    updown = /bin/true
                    esp_proposals = {{TheirEsp}}
                  }
                }
              }

            """;

    /// <summary>strongSwan's shared key.</summary>
    public string TheirSecret => Proof != "psk" ? "" : $$"""
              ike-{{Tunnel}} {
                id-1 = {{Peer}}
                id-2 = 10.77.0.1
                secret = "{{(Fault == CellFault.Secret ? "what only one of them ever heard of" : KeyExchangePolicyText.Secret)}}"
              }

            """;

    private string Variant(CellFault stranger, CellFault expired) => Fault == stranger ? "-stranger" : Fault == expired ? "-expired" : "";
}
