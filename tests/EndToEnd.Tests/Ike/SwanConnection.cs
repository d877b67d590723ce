namespace EndToEnd.Tests.Ike;

/// <summary>A connection <c>peers</c> of strongSwan with a child <c>inside</c>.</summary>
internal sealed record SwanConnection
{
    /// <summary>Its address.</summary>
    public string Local { get; init; } = "10.77.0.2";

    /// <summary>Our address as it sees it.</summary>
    public string Remote { get; init; } = "10.77.0.1";

    /// <summary>Who it is: an address, or a name with a certificate in <c>x509/right.pem</c>.</summary>
    public string LocalId { get; init; } = "10.77.0.2";

    /// <summary>Who we are.</summary>
    public string RemoteId { get; init; } = "10.77.0.1";

    /// <summary>psk or pubkey.</summary>
    public string Proof { get; init; } = "psk";

    /// <summary>Algorithms of the IKE SA.</summary>
    public string Ike { get; init; } = "aes128gcm16-prfsha256-curve25519";

    /// <summary>Algorithms of ESP.</summary>
    public string Esp { get; init; } = "aes128gcm16";

    /// <summary>Its address inside.</summary>
    public string Inside { get; init; } = "10.9.0.2";

    /// <summary>Our address inside.</summary>
    public string PeerInside { get; init; } = "10.9.0.1";

    /// <summary>Further settings of the connection, a line each.</summary>
    public string Further { get; init; } = "";

    /// <summary>The text of swanctl.conf.</summary>
    public override string ToString() => $$"""
            connections {
              peers {
                version = 2
                local_addrs = {{Local}}
                remote_addrs = {{Remote}}
                encap = yes
                proposals = {{Ike}}
                {{Further}}
                local {
                  auth = {{Proof}}
                  id = {{LocalId}}
                  {{(Proof == "psk" ? "" : "certs = right.pem")}}
                }
                remote {
                  auth = {{Proof}}
                  id = {{RemoteId}}
                }
                children {
                  inside {
                    local_ts = {{Inside}}/32
                    remote_ts = {{PeerInside}}/32
                    updown = /bin/true
                    esp_proposals = {{Esp}}
                  }
                }
              }
            }
            secrets {
              ike-peers {
                secret = "{{KeyExchangePolicyText.Secret}}"
              }
            }

            """;
}
