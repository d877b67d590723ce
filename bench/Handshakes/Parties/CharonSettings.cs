using IpsecDp.Peers.Contenders;

namespace IpsecDp.Handshakes.Parties;

/// <summary>strongSwan as the same responder: no limits on half-open IKE SAs, no log, ESP of its own in user space.</summary>
internal static class CharonSettings
{
    /// <summary>swanctl.conf: the connection of <see cref="Models.Responder"/>.</summary>
    public static string Connection(string own) => $$"""
        connections {
          peers {
            version = 2
            local_addrs = {{own}}
            remote_addrs = %any
            proposals = aes128gcm16-prfsha256-curve25519
            unique = never
            local {
              auth = psk
              id = responder.example
            }
            remote {
              auth = psk
              id = *.peers.example
            }
            children {
              net {
                local_ts = 10.2.0.0/16
                remote_ts = 10.1.0.0/16
                mode = tunnel
                esp_proposals = aes128gcm16
              }
            }
          }
        }
        secrets {
          ike-peers {
            secret = "{{Models.SharedKey}}"
          }
        }

        """;

    /// <summary>strongswan.conf.</summary>
    public static string Daemon(string controlSocket) => StrongSwanSettings.Daemon(
        controlSocket,
        "cookie_threshold = 0",
        "cookie_threshold_ip = 0",
        "block_threshold = 0",
        "init_limit_half_open = 0",
        "ikesa_table_size = 4096",
        "ikesa_table_segments = 16",
        "journal {",
        "  default = -1",
        "}");
}
