namespace Control.Tests.Policy;

/// <summary>A valid policy with a tunnel IKE makes, to be spoiled a line at a time.</summary>
internal static class KeyExchangeTexts
{
    public const string Secret = "between-two-hosts-and-nobody-else";

    public const string Site = """
        IpFilterPolicy
        {
           IpFilterRuleRef Inside
           IpFilterRuleRef Inside6
        }
        IpFilterRule Inside
        {
           IpSourceAddr 10.1.0.0/16
           IpDestAddr 10.2.0.0/16
           IpGenericFilterActionRef Protect
           IpDynVpnActionRef Sites
           IpLocalStartActionRef Gateways
        }
        IpFilterRule Inside6
        {
           IpSourceAddr fd01::/64
           IpDestAddr fd02::/64
           IpGenericFilterActionRef Protect
           IpDynVpnActionRef Sites
           IpLocalStartActionRef Gateways
        }
        IpGenericFilterAction Protect
        {
           IpFilterAction IpSec
        }
        IpLocalStartAction Gateways
        {
           LocalSecurityEndpointAddr 192.0.2.1
           RemoteSecurityEndpointAddr 192.0.2.2
        }
        IpDynVpnAction Sites
        {
           InitiateWithPfs Group19
           AcceptablePfs Group31
           IpDataOffer
           {
              HowToEncap Tunnel
              HowToEncrypt AES_GCM_16 KeyLength 128
              RefreshLifetimeProposed 30
              RefreshLifesizeProposed 1024
           }
        }
        KeyExchangePolicy
        {
           LivenessInterval 10
           IkeRetries 4
           IkeInitWait 3
           PeerSessionLimit 5
           AddressSessionLimit 700
           ChildLimit 9
           KeyExchangeRuleRef Peer
        }
        KeyExchangeRule Peer
        {
           LocalSecurityEndpoint
           {
              Identity Fqdn a.example.com
              Location 192.0.2.1
           }
           RemoteSecurityEndpoint
           {
              Identity UserAtFqdn *@example.com
              Location 192.0.2.0/24
           }
           SharedKey Ascii between-two-hosts-and-nobody-else
           KeyExchangeAction
           {
              HowToAuthMe PresharedKey
              KeyExchangeOffer
              {
                 HowToEncrypt AES_CBC KeyLength 256
                 HowToVerifyMsgs HMAC_SHA2_384_192
                 PseudoRandomFunction HMAC_SHA2_384
                 DHGroup Group20
                 RefreshLifetimeProposed 240
              }
           }
        }
        LocalDynVpnPolicy
        {
           LocalDynVpnRule AtStart
           {
              LocalIp 10.1.0.0/16
              RemoteIp 10.2.0.0/16
              AutoActivate Yes
           }
        }

        """;

    /// <summary>The policy with one piece, which must be there exactly once, replaced.</summary>
    public static string Change(string old, string replacement) => PolicyTexts.Change(Site, old, replacement);
}
