using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Contenders;

/// <summary>The configuration of one strongSwan daemon; its parser wants one setting a line.</summary>
internal static class StrongSwanSettings
{
    // Not a secret: the tunnel it protects carries zeros and lives for seconds.
    private const string SharedSecret = "between two namespaces of one machine";

    private static readonly string[] Unwanted = ["dhcp", "farp", "ha", "tpm", "resolve", "bypass-lan", "forecast", "connmark"];

    /// <summary>strongswan.conf: ESP in user space, the kernel for routes and addresses only; with <paramref name="more"/> lines of the daemon's own.</summary>
    public static string Daemon(string controlSocket, params IReadOnlyList<string> more) => $$"""
        charon-systemd {
          load_modular = yes
          install_virtual_ip = no
        {{string.Concat(more.Select(line => $"  {line}\n"))}}  plugins {
            include /etc/strongswan.d/charon/*.conf
            kernel-libipsec {
              load = 10
              allow_peer_ts = yes
            }
            kernel-netlink {
              load = 1
            }
            vici {
              socket = unix://{{controlSocket}}
            }
        {{string.Concat(Unwanted.Select(name => $"    {name} {{\n      load = no\n    }}\n"))}}  }
        }

        """;

    /// <summary>swanctl.conf: IKEv2 with a shared secret, AES-128-GCM, tunnel mode, ESP in UDP.</summary>
    public static string Connection(Site own, Site peer) => $$"""
        connections {
          peers {
            version = 2
            local_addrs = {{own.Endpoint}}
            remote_addrs = {{peer.Endpoint}}
            encap = yes
            proposals = aes128-sha256-ecp256
            local {
              auth = psk
              id = {{own.Endpoint}}
            }
            remote {
              auth = psk
              id = {{peer.Endpoint}}
            }
            children {
              inside {
                local_ts = {{own.Inner}}/32
                remote_ts = {{peer.Inner}}/32
                mode = tunnel
                esp_proposals = aes128gcm16
                updown = /bin/true
              }
            }
          }
        }
        secrets {
          ike-peers {
            secret = "{{SharedSecret}}"
          }
        }

        """;
}
