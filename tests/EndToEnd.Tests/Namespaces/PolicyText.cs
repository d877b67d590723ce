namespace EndToEnd.Tests.Namespaces;

/// <summary>A policy with one tunnel in UDP, as a file that goes with the test.</summary>
internal sealed class PolicyText : IDisposable
{
    public PolicyText(string local = "10.77.0.1", string remote = "10.77.0.2", string mode = "Tunnel")
    {
        File.WriteAllText(Path, $$"""
            IpFilterPolicy
            {
               IpFilterRule Protected
               {
                  IpSourceAddr 10.9.0.1
                  IpDestAddr   10.9.0.2
                  IpGenericFilterAction
                  {
                     IpFilterAction IpSec
                  }
                  IpManVpnAction Tunnel1
                  {
                     LocalSecurityEndpointAddr  {{local}}
                     RemoteSecurityEndpointAddr {{remote}}
                     HowToEncap                 {{mode}}
                     HowToEncrypt               AES_GCM_16 KeyLength 128
                     EspOutboundSpi             0x1001
                     EspInboundSpi              0x1002
                     EspOutboundEncryptKey      Hex 4c80cdefbb5d10da906ac73c3613a634a2f1c0d5
                     EspInboundEncryptKey       Hex feffe9928665731c6d6a8f9467308308cafebabe
                     UdpEncapsulation           Yes
                  }
               }
            }
            """);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // A program without privileges reads it, too.
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <summary>The key in the text, which no output may hold.</summary>
    public static string Key => "4c80cdefbb5d10da906ac73c3613a634";

    /// <summary>Where it is.</summary>
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{System.IO.Path.GetRandomFileName()}.policy");

    public void Dispose() => File.Delete(Path);
}
