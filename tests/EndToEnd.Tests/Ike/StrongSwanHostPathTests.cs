using EndToEnd.Tests.HostPath;
using EndToEnd.Tests.Namespaces;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>The hosts' own packet path against strongSwan: its ESP in user space in tunnel mode, and its negotiation of transport mode.</summary>
[Collection("labs in namespaces")]
public sealed class StrongSwanHostPathTests
{
    private const int Port = 7000;

    [Fact]
    public void TunnelModeBetweenTheHostsThemselves_CarriesPingAndTcpByStrongSwansEsp()
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var tap = new WireTap(spaces.A);
        var (a, b) = Addresses(isV6: false);
        using var peer = new StrongSwanPeer(spaces.B, Connections(a, b, "tunnel", encapsulates: true), protectsItself: true);
        using var policy = new KeyExchangePolicyText(a, b, a, b);
        using var host = NegotiatedHost.With(spaces.A, policy, "--capture", "nfqueue");

        spaces.A.Ping(b, count: 3);
        TunnelTraffic.Transfer(spaces, a, b);

        host.Await("IDP0017I tunnel inside: ESP aes-128-gcm-16, tunnel mode in UDP");
        RequireNothingReadable(spaces, tap, isV6: false);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void TransportMode_NegotiatedWithStrongSwan_CarriesPingAndTcpByItsKeys(bool isInitiator, bool isV6)
    {
        Assert.SkipUnless(SpareKernel.Hindrance is null, SpareKernel.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var tap = new WireTap(spaces.A);
        using var kernel = new SpareKernel();
        var (a, b) = Addresses(isV6);
        using var peer = new StrongSwanPeer(spaces.B, Connections(a, b, "transport", encapsulates: false), kernel: kernel);
        using var policy = new KeyExchangePolicyText(a, b, a, b, mode: "Transport", start: isInitiator ? "AutoActivate Yes" : "AutoActivate No");
        using var host = NegotiatedHost.With(spaces.A, policy, "--capture", "nfqueue", "--encap", "esp");
        if (!isInitiator)
        {
            peer.Control("--initiate", "--child", "inside", "--timeout", "60");
        }

        host.Await("IDP0017I tunnel inside: ESP aes-128-gcm-16, transport mode,");
        LabTraces.Await(() => kernel.Read().Count >= 2, "strongSwan installed both SAs");
        Assert.All(kernel.Read(), sa => Assert.True(sa.IsTransport));
        using var keys = new PeersKeys(kernel.Read(), b, a);
        using var carrier = spaces.B.Run(() => HostProgram.Start("run", "--policy", keys.Path, "--capture", "nfqueue", "--json"));
        LabTraces.Await(() => carrier.HasEnded || carrier.Errors.Contains("ready", StringComparison.Ordinal), "the peer's data plane was ready");

        spaces.A.Ping(b, count: 3);
        TunnelTraffic.Transfer(spaces, a, b);

        Assert.Contains(isInitiator ? "as initiator" : "as responder", host.Log, StringComparison.Ordinal);
        RequireNothingReadable(spaces, tap, isV6);
        Assert.True(tap.Sealed > 100);
        peer.Control("--terminate", "--child", "inside", "--timeout", "60");
        host.Await("IDP0018I");
    }

    private static (string A, string B) Addresses(bool isV6) => isV6
        ? ($"{NetworkNamespaces.AddressV6OfA}", $"{NetworkNamespaces.AddressV6OfB}")
        : ($"{NetworkNamespaces.AddressOfA}", $"{NetworkNamespaces.AddressOfB}");

    private static void RequireNothingReadable(NetworkNamespaces spaces, WireTap tap, bool isV6)
    {
        using var flow = new MarkedFlow(spaces, isV6, Port);
        LabTraces.Await(() => flow.Received > 20, "datagrams arrived");
        tap.Finish();
        Assert.Equal(0, tap.LastClear(Port));
    }

    private static string Connections(string a, string b, string mode, bool encapsulates) => $$"""
        connections {
          peers {
            version = 2
            local_addrs = {{b}}
            remote_addrs = {{a}}
            encap = {{(encapsulates ? "yes" : "no")}}
            proposals = aes128gcm16-prfsha256-curve25519
            local {
              auth = psk
              id = {{b}}
            }
            remote {
              auth = psk
              id = {{a}}
            }
            children {
              inside {
                mode = {{mode}}
                local_ts = {{b}}
                remote_ts = {{a}}
                updown = /bin/true
                esp_proposals = aes128gcm16
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
