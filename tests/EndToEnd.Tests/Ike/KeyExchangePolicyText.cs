namespace EndToEnd.Tests.Ike;

/// <summary>A policy with one tunnel made by IKEv2 between the test's namespaces, and the files it names beside it, which go with the test.</summary>
internal sealed class KeyExchangePolicyText : IDisposable
{
    public const string Secret = "between two namespaces of one test";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-ike-");

    /// <summary>Writes them for the host at <paramref name="own"/>, whose inside is <paramref name="ownInside"/>.</summary>
    public KeyExchangePolicyText(string own, string peer, string ownInside, string peerInside, string start = "AutoActivate No", string offer = "", string exchange = "", string secret = Secret, string mode = "Tunnel", PolicyDetails? details = null)
    {
        details ??= new();
        Write("psk", secret);
        foreach (var (name, text) in details.Files)
        {
            Write(name, text);
        }

        Write("test.policy", Tunnel(own, peer, ownInside, peerInside, offer, mode, details) + Exchange(own, peer, ownInside, peerInside, start, exchange, details));
    }

    /// <summary>Where the policy is.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "test.policy");

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string name, string text)
    {
        var path = System.IO.Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static string Tunnel(string own, string peer, string ownInside, string peerInside, string offer, string mode, PolicyDetails details) => $$"""
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
               {{details.Pfs}}
               IpDataOffer
               {
                  HowToEncap {{mode}}
                  {{(offer.Length > 0 ? offer : "HowToEncrypt AES_GCM_16 KeyLength 128")}}
               }
            }

            """;

    private static string Exchange(string own, string peer, string ownInside, string peerInside, string start, string exchange, PolicyDetails details) => $$"""
            KeyExchangePolicy
            {
               {{details.Policy}}
               KeyExchangeRule peers
               {
                  LocalSecurityEndpoint
                  {
                     Location {{own}}
                     {{details.OwnEndpoint}}
                  }
                  RemoteSecurityEndpoint
                  {
                     Location {{(details.PeerLocation.Length > 0 ? details.PeerLocation : peer)}}
                     {{details.PeerEndpoint}}
                  }
                  {{(details.IsSigned ? "" : "SharedKey File psk")}}
                  KeyExchangeAction
                  {
                     HowToAuthMe {{(details.IsSigned ? "DigitalSignature" : "PresharedKey")}}
                     {{details.Action}}
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
