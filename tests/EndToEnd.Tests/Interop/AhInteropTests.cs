using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;

namespace EndToEnd.Tests.Interop;

/// <summary>AH with each integrity algorithm against scapy over real raw sockets, in each mode and family, with and without extended sequence numbers.</summary>
[Collection(ScapyCollection.Name)]
public sealed class AhInteropTests(ScapyLab lab)
{
    public static TheoryData<string, SaMode, Families> Cells { get; } =
        Matrix.Of(CipherSuite.All.Where(suite => suite.Encryption == EncryptionAlgorithm.Null).Select(suite => suite.Name));

    [Theory]
    [MemberData(nameof(Cells))]
    public void Packets_SignedByEitherSide_VerifyAtTheOther(string suite, SaMode mode, Families families)
    {
        Run(Cell(suite, mode, families));
    }

    [Fact]
    public void Packets_WithIpv4Options_VerifyThoughMutableOnesAreZeroed()
    {
        // Router alert (RFC 2113) is immutable; MTU probe and a record route, full so that no kernel writes into it, are not (RFC 4302 appendix A1).
        Run(Cell("null+hmac-sha2-256-128", SaMode.Transport, Families.V4) with
        {
            Dress = builder => builder.Options(148, 4, 0, 0, 7, 7, 8, 9, 9, 9, 9, 11, 4, 5, 220),
        });
    }

    [Fact]
    public void Packets_WithIpv6Options_VerifyThoughMutableOnesAreZeroed()
    {
        // Bit 0x20 of an option's type says that its data may change on the way (RFC 8200 §4.2).
        Run(Cell("null+hmac-sha2-256-128", SaMode.Transport, Families.V6) with
        {
            Dress = builder => builder
                .Extension(0, 0x1E, 4, 1, 2, 3, 4, 0x3E, 4, 5, 6, 7, 8, 1, 0)
                .Extension(60, 0x3E, 2, 9, 9, 1, 0),
        });
    }

    private void Run(InteropCase cell)
    {
        ScapyLab.Require();
        new Exchange(lab, cell).Run();
        new Exchange(lab, cell with { IsExtended = true }).Run();
    }

    private static InteropCase Cell(string suite, SaMode mode, Families families)
    {
        Assert.True(CipherSuite.TryParse(suite, out var known));
        return new InteropCase(known, SaProtocol.Ah, mode, families);
    }
}
