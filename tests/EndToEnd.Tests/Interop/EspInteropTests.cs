using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;

namespace EndToEnd.Tests.Interop;

/// <summary>Every ESP suite against scapy over real raw sockets, in each mode and family, with and without extended sequence numbers.</summary>
[Collection(ScapyCollection.Name)]
public sealed class EspInteropTests(ScapyLab lab)
{
    public static TheoryData<string, SaMode, Families> Cells { get; } = Matrix.Of(CipherSuite.All.Select(suite => suite.Name));

    [Theory]
    [MemberData(nameof(Cells))]
    public void Packets_SealedByEitherSide_OpenAtTheOther(string suite, SaMode mode, Families families)
    {
        ScapyLab.Require();
        Assert.True(CipherSuite.TryParse(suite, out var known));
        var cell = new InteropCase(known, SaProtocol.Esp, mode, families);
        new Exchange(lab, cell).Run();
        new Exchange(lab, cell with { IsExtended = true }).Run();
    }
}
