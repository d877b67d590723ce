namespace EndToEnd.Tests.Ike;

/// <summary>A policy with one tunnel made by IKEv2 between the test's namespaces, and its shared key beside it, as files that go with the test.</summary>
internal sealed class KeyExchangePolicyText : IDisposable
{
    public const string Secret = "between two namespaces of one test";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-ike-");

    /// <summary>Writes them for the host at <paramref name="own"/>, whose inside is <paramref name="ownInside"/>.</summary>
    public KeyExchangePolicyText(string own, string peer, string ownInside, string peerInside, string start = "AutoActivate No", string offer = "", string exchange = "", string secret = Secret, string mode = "Tunnel")
    {
        var key = System.IO.Path.Combine(_folder.FullName, "psk");
        File.WriteAllText(key, secret);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.WriteAllText(Path, Tunnel(own, peer, ownInside, peerInside, offer, mode) + Exchange(own, peer, ownInside, peerInside, start, exchange));
    }

    /// <summary>Where the policy is.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "test.policy");

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Tunnel(string own, string peer, string ownInside, string peerInside, string offer, string mode) => $$"""
            IpFilterPolicy
            {
               IpFilterRule Inside
               {
                  IpSourceAddr {{ownInside}}
                  IpDestAddr {{peerInside}}
                  IpGenericFilterAction
                  {
                     IpFilterAction IpSec
                  }
                  IpDynVpnActionRef inside
                  IpLocalStartAction
                  {
                     LocalSecurityEndpointAddr {{own}}
                     RemoteSecurityEndpointAddr {{peer}}
                  }
               }
            }
            IpDynVpnAction inside
            {
               InitiateWithPfs Group31
               AcceptablePfs None
               IpDataOffer
               {
                  HowToEncap {{mode}}
                  {{(offer.Length > 0 ? offer : "HowToEncrypt AES_GCM_16 KeyLength 128")}}
               }
            }

            """;

    private static string Exchange(string own, string peer, string ownInside, string peerInside, string start, string exchange) => $$"""
            KeyExchangePolicy
            {
               KeyExchangeRule peers
               {
                  LocalSecurityEndpoint
                  {
                     Location {{own}}
                  }
                  RemoteSecurityEndpoint
                  {
                     Location {{peer}}
                  }
                  SharedKey File psk
                  KeyExchangeAction
                  {
                     HowToAuthMe PresharedKey
                     KeyExchangeOffer
                     {
                        {{(exchange.Length > 0 ? exchange : "HowToEncrypt AES_GCM_16 KeyLength 128\nDHGroup Group31")}}
                     }
                  }
               }
            }
            LocalDynVpnPolicy
            {
               LocalDynVpnRule AtStart
               {
                  LocalIp {{ownInside}}
                  RemoteIp {{peerInside}}
                  {{start}}
               }
            }

            """;
}
