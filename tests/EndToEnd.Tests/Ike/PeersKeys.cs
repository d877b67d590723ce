namespace EndToEnd.Tests.Ike;

/// <summary>A policy by hand of the SAs a peer's own negotiation gave it; it goes with the test.</summary>
internal sealed class PeersKeys : IDisposable
{
    /// <summary>Writes it for the host at <paramref name="own"/>.</summary>
    public PeersKeys(IReadOnlyList<SpareKernel.Sa> installed, string own, string remote)
    {
        var (outbound, inbound) = (installed.Last(sa => sa.Source == own), installed.Last(sa => sa.Source == remote));
        File.WriteAllText(Path, $$"""
            IpFilterPolicy
            {
               IpFilterRule Everything
               {
                  IpSourceAddr {{own}}
                  IpDestAddr {{remote}}
                  IpGenericFilterAction
                  {
                     IpFilterAction IpSec
                  }
                  IpManVpnActionRef Agreed
               }
            }
            IpManVpnAction Agreed
            {
               LocalSecurityEndpointAddr {{own}}
               RemoteSecurityEndpointAddr {{remote}}
               HowToEncap Transport
               HowToEncrypt AES_GCM_16 KeyLength 128
               EspOutboundSpi 0x{{outbound.Spi}}
               EspOutboundEncryptKey Hex {{outbound.Key}}
               EspInboundSpi 0x{{inbound.Spi}}
               EspInboundEncryptKey Hex {{inbound.Key}}
            }

            """);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{System.IO.Path.GetRandomFileName()}.policy");

    public void Dispose() => File.Delete(Path);
}
