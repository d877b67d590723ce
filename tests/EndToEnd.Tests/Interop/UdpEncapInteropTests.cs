using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;

namespace EndToEnd.Tests.Interop;

/// <summary>ESP in UDP (RFC 3948) against scapy over the real port 4500: one suite of each kind, in each mode and family, with and without extended sequence numbers.</summary>
[Collection(ScapyCollection.Name)]
public sealed class UdpEncapInteropTests(ScapyLab lab)
{
    public static TheoryData<string, SaMode, Families> Cells { get; } = Matrix.Of(
    [
        "aes-128-gcm-16", "aes-256-gmac", "aes-192-ccm-12", "chacha20-poly1305",
        "aes-256-cbc+hmac-sha2-256-128", "aes-128-ctr+aes-cmac-96", "3des-cbc+hmac-md5-96", "null+hmac-sha2-512-256",
    ]);

    [Theory]
    [MemberData(nameof(Cells))]
    public void Packets_SealedByEitherSide_OpenAtTheOther(string suite, SaMode mode, Families families)
    {
        ScapyLab.Require();
        Assert.True(CipherSuite.TryParse(suite, out var known));
        var cell = new InteropCase(known, SaProtocol.Esp, mode, families, IsEncapsulated: true);
        new Exchange(lab, cell).Run();
        new Exchange(lab, cell with { IsExtended = true }).Run();
    }
}
